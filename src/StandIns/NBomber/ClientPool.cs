using NBomber.Contracts;

namespace NBomber;

/// <summary>Clients that are made before the load and shared out among the copies of a scenario.</summary>
/// <typeparam name="T">A client.</typeparam>
public sealed class ClientPool<T> : IDisposable
{
    private readonly List<T> _clients = [];
    private bool _disposed;

    /// <summary>All clients.</summary>
    public IReadOnlyList<T> Clients => _clients;

    /// <summary>Adds a client; only while no load runs.</summary>
    public void AddClient(T client) => _clients.Add(client);

    /// <summary>The client of this copy: the same every time; copies share when there are fewer clients.</summary>
    public T GetClient(ScenarioInfo scenarioInfo) => _clients[scenarioInfo.InstanceNumber % _clients.Count];

    /// <summary>Disposes of the clients that can be disposed of.</summary>
    public void DisposeClients() => DisposeClients(client => (client as IDisposable)?.Dispose());

    /// <summary>Disposes of the clients in a way of one's own; only the first call does anything.</summary>
    public void DisposeClients(Action<T> disposeClient)
    {
        if (!_disposed)
        {
            _disposed = true;
            _clients.ForEach(disposeClient);
        }
    }

    /// <inheritdoc />
    public void Dispose() => DisposeClients();
}

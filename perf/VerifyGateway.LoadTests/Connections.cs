using Grpc.Net.Client;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>
/// Connections that many callers share, and places for calls: who finds none free waits for one. That time is in the latency of the
/// scenario, which counts from the intended start, and not in that of its steps, which count from the call.
/// </summary>
internal sealed class Connections : IDisposable
{
    private readonly IReadOnlyList<Uri> _addresses;
    private readonly SemaphoreSlim _places;
    private GrpcChannel[] _channels;
    private int _next;
    private int _generation;

    public Connections(IReadOnlyList<Uri> addresses, int connections, int calls)
    {
        (_addresses, _places) = (addresses, new SemaphoreSlim(calls));
        _channels = Open(connections);
    }

    /// <summary>Grows with each <see cref="CutAll"/>.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public int Count => _channels.Length;

    /// <summary>A client on one of the connections, in turn.</summary>
    public VerificationService.VerificationServiceClient Next()
    {
        var channels = Volatile.Read(ref _channels);
        return new VerificationService.VerificationServiceClient(channels[(uint)Interlocked.Increment(ref _next) % (uint)channels.Length]);
    }

    /// <summary>A client on that connection.</summary>
    public VerificationService.VerificationServiceClient On(int connection) => new(Volatile.Read(ref _channels)[connection]);

    /// <summary>Waits for a place; it is free again when the result is disposed of.</summary>
    public async Task<Place> PlaceAsync(CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);
        return new Place(_places);
    }

    /// <summary>Cuts every connection, calls under way with it, and makes new ones, which connect when they are used.</summary>
    public void CutAll()
    {
        var old = Volatile.Read(ref _channels);
        Interlocked.Increment(ref _generation);
        Volatile.Write(ref _channels, Open(old.Length));
        Array.ForEach(old, static channel => channel.Dispose());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Array.ForEach(_channels, static channel => channel.Dispose());
        _places.Dispose();
    }

    /// <summary>A connection of one's own.</summary>
    public static GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan, UseProxy = false },
        DisposeHttpClient = true,
    });

    private GrpcChannel[] Open(int connections) => [.. Enumerable.Range(0, connections).Select(number => Open(_addresses[number % _addresses.Count]))];

    /// <summary>A place that is taken.</summary>
    internal readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}

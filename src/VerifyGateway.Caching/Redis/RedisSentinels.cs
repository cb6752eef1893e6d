using System.Net;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// The connection to Sentinels, which name the primary of a service. The client library's one call that does it all fails when no Sentinel
/// answers or no primary is there yet, and leaves connections behind that nobody closes; here it is tried until it can succeed. For one
/// caller.
/// </summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _sentinels;
    private readonly ConfigurationOptions _configuration;
    private readonly TimeProvider _time;

    private RedisSentinels(ConnectionMultiplexer sentinels, ConfigurationOptions configuration, TimeProvider time)
    {
        _sentinels = sentinels;
        _configuration = configuration;
        _time = time;
    }

    /// <summary>Begins to connect to the Sentinels; they need not be there yet.</summary>
    /// <param name="configuration">Endpoints of Sentinels, and the name of the service; user and password are those of the servers, and of Sentinels that ask for them.</param>
    /// <param name="time">The clock of the waiting.</param>
    public static async Task<RedisSentinels> ConnectAsync(ConfigurationOptions configuration, TimeProvider time) =>
        new(await ConnectionMultiplexer.SentinelConnectAsync(configuration), configuration, time);

    /// <summary>The connection to the primary, and to whatever is the primary later; waits until there is one.</summary>
    /// <param name="notThere">Told once when there is none yet.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<ConnectionMultiplexer> PrimaryAsync(Action notThere, CancellationToken cancel)
    {
        for (var wait = 100; ; wait = Math.Min(2 * wait, 2_000))
        {
            try
            {
                if (await NamedPrimaryAsync() is { } primary && await IsPrimaryAsync(primary))
                {
                    // Blocks its thread while it connects: one of its own, and none of the pool's.
                    return await Task.Factory.StartNew(
                        () => _sentinels.GetSentinelMasterConnection(_configuration), cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
                }
            }
            catch (Exception fault) when (RedisFaults.IsRedis(fault) && !cancel.IsCancellationRequested)
            {
                // As when nobody is there.
            }

            if (wait == 100)
            {
                notThere();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(wait), _time, cancel);
        }
    }

    public ValueTask DisposeAsync() => _sentinels.DisposeAsync();

    private async Task<EndPoint?> NamedPrimaryAsync()
    {
        foreach (var sentinel in _sentinels.GetServers().Where(static sentinel => sentinel.IsConnected))
        {
            try
            {
                if (await sentinel.SentinelGetMasterAddressByNameAsync(_configuration.ServiceName!) is { } primary)
                {
                    return primary;
                }
            }
            catch (Exception fault) when (RedisFaults.IsRedis(fault))
            {
                // The next one may know.
            }
        }

        return null;
    }

    /// <summary>True when the server is there and thinks so too. A connection of its own, which is closed again.</summary>
    private async Task<bool> IsPrimaryAsync(EndPoint server)
    {
        var configuration = _configuration.Clone();
        configuration.ServiceName = "";
        configuration.EndPoints.Clear();
        configuration.EndPoints.Add(server);
        await using var trial = await ConnectionMultiplexer.ConnectAsync(configuration);
        return trial.IsConnected && await trial.GetServer(server).RoleAsync() is Role.Master;
    }
}

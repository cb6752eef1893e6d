using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>One server and one multiplexer for the tests that break nothing.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _redis;

    public RedisServer Server => _server!;

    public ConnectionMultiplexer Redis => _redis!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = await Client.ConnectAsync(_server.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        Server.Dispose();
    }
}

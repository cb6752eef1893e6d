using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// The connection to one server, to the primary that Sentinels name, or to the nodes of a Redis Cluster. Begins in the background: a
/// gateway starts without Redis and takes it into use when it comes. The client library reconnects by itself from then on, and follows
/// failovers. Safe from any thread.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task<ConnectionMultiplexer> _connecting;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private RedisSentinels? _sentinels;
    private volatile ConnectionMultiplexer? _multiplexer;
    private long _lookedAt = long.MinValue;

    public RedisConnection(RedisOptions options, TimeProvider time, ILogger log)
    {
        _time = time;
        _log = log;
        _connecting = ConnectAsync(Configure(options));
    }

    /// <summary>The database; null while the first connection is still being made.</summary>
    public IDatabase? Database => _multiplexer?.GetDatabase();

    /// <summary>Messages to and from other clients; null while the first connection is still being made.</summary>
    public ISubscriber? Messages => _multiplexer?.GetSubscriber();

    /// <summary>
    /// Has the client library find out anew which node is what, at most once a second. It sends no write to what it holds for a replica, so it is
    /// not told either where to, and by itself it looks only once a minute.
    /// </summary>
    public void LookAgain()
    {
        var (now, last) = (_time.GetTimestamp(), Volatile.Read(ref _lookedAt));
        if (_multiplexer is { } multiplexer && (last == long.MinValue || _time.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(1))
            && Interlocked.CompareExchange(ref _lookedAt, now, last) == last)
        {
            _ = LookAsync(multiplexer);
        }
    }

    /// <summary>Hears a channel from the first connection on, and again after every loss of it; returns when it is first heard.</summary>
    /// <exception cref="RedisException">The channel cannot be heard.</exception>
    public async Task HearAsync(string channel, Action<RedisValue> heard) =>
        await (await _connecting).GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, value) => heard(value));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stopping.CancelAsync();
            await (await _connecting).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // There never was a primary.
        }
        catch (RedisException fault)
        {
            Log.ClosingFailed(_log, fault.Message);
        }

        if (_sentinels is not null)
        {
            await _sentinels.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private static ConfigurationOptions Configure(RedisOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Endpoints);
        configuration.AbortOnConnectFail = false;
        // A dead Redis fails at once; nothing queues up behind it.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = 2_000;
        configuration.KeepAlive = 5;
        configuration.ReconnectRetryPolicy = new ExponentialRetry(100, 2_000);
        configuration.ClientName = "verify-gateway";
        // Its own threads are for programs that block those of the pool. Here only a read of SQLite does, for as long as the disk takes: an answer
        // wakes one thread less.
        configuration.SocketManager = SocketManager.ThreadPool;
        configuration.AsyncTimeout = Math.Max(1_000, options.CallLimitMs);
        if (options.PasswordFile.Length > 0)
        {
            configuration.Password = File.ReadAllText(options.PasswordFile).TrimEnd('\r', '\n');
        }

        return configuration;
    }

    private static async Task LookAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.ConfigureAsync();
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault))
        {
            // The next refusal has it looked for again.
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        var endpoints = string.Join(", ", configuration.EndPoints.Select(endpoint => string.Create(CultureInfo.InvariantCulture, $"{endpoint}")));
        if (configuration.ServiceName is { Length: > 0 })
        {
            _sentinels = await RedisSentinels.ConnectAsync(configuration, _time);
        }

        var multiplexer = _sentinels is null
            ? await ConnectionMultiplexer.ConnectAsync(configuration)
            : await _sentinels.PrimaryAsync(() => Log.NotThere(_log, endpoints), _stopping.Token);
        if (!multiplexer.IsConnected)
        {
            Log.NotThere(_log, endpoints);
        }

        _multiplexer = multiplexer;
        multiplexer.ConnectionFailed += (_, what) => Log.Lost(_log, endpoints, what.FailureType);
        multiplexer.ConnectionRestored += (_, _) => Log.Back(_log, endpoints);
        return multiplexer;
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Redis at {Endpoints} does not answer; going on with memory and the system of record.")]
        public static partial void NotThere(ILogger log, string endpoints);

        [LoggerMessage(1102, LogLevel.Warning, "Connection to Redis at {Endpoints} lost: {Failure}.")]
        public static partial void Lost(ILogger log, string endpoints, ConnectionFailureType failure);

        [LoggerMessage(1103, LogLevel.Information, "Connection to Redis at {Endpoints} is back.")]
        public static partial void Back(ILogger log, string endpoints);

        [LoggerMessage(1104, LogLevel.Warning, "Closing the connection to Redis failed: {Message}")]
        public static partial void ClosingFailed(ILogger log, string message);
    }
}

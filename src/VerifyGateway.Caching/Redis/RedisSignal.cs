using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Caching.Redis;

/// <summary>Tells and hears over a channel of Redis, which passes messages on and keeps none. On a Redis Cluster every node passes them on.</summary>
internal sealed partial class RedisSignal : IRevisionSignal
{
    private readonly RedisConnection _connection;
    private readonly RedisChannel _channel;
    private readonly ILogger _log;

    public RedisSignal(RedisConnection connection, string channel, ILogger log)
    {
        _connection = connection;
        _channel = RedisChannel.Literal(channel);
        _log = log;
        _ = HearAsync(channel);
    }

    /// <inheritdoc />
    public event Action<long>? Heard;

    /// <inheritdoc />
    public void Tell(long revision)
    {
        try
        {
            _connection.Messages?.Publish(_channel, revision, CommandFlags.FireAndForget);
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault))
        {
            // The others find it by looking.
        }
    }

    private async Task HearAsync(string channel)
    {
        try
        {
            await _connection.HearAsync(channel, message =>
            {
                // Whoever can write to Redis can send anything: it is a number, or nothing.
                if (message.TryParse(out long revision) && revision > 0)
                {
                    Heard?.Invoke(revision);
                }
            });
        }
        catch (Exception fault) when (RedisFaults.IsRedis(fault))
        {
            Log.NotHeard(_log, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1111, LogLevel.Warning, "The gateways' channel in Redis is not heard: {Message} Changes are found by looking.")]
        public static partial void NotHeard(ILogger log, string message);
    }
}

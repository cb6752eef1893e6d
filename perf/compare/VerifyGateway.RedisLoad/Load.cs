using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace VerifyGateway.RedisLoad;

/// <summary>GETs of one value through the client library that the gateway uses, with as many under way as was asked for.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int MostConnections = 8;
    private static readonly RedisKey Key = "vg-compare:record";

    private readonly ConnectionMultiplexer[] _connections;
    private readonly byte[] _value;

    private Load(ConnectionMultiplexer[] connections, byte[] value)
    {
        _connections = connections;
        _value = value;
    }

    /// <summary>Connects, puts the value there, and makes sure that every connection gives it back byte for byte.</summary>
    public static async Task<Load> StartAsync(int port, byte[] value)
    {
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", port } }, BacklogPolicy = BacklogPolicy.FailFast };
        var connections = new ConnectionMultiplexer[MostConnections];
        for (var i = 0; i < connections.Length; i++)
        {
            connections[i] = await ConnectionMultiplexer.ConnectAsync(options);
        }

        await connections[0].GetDatabase().StringSetAsync(Key, value);
        foreach (var connection in connections)
        {
            byte[]? held = await connection.GetDatabase().StringGetAsync(Key);
            if (!value.AsSpan().SequenceEqual(held))
            {
                throw new InvalidOperationException("Redis gives back another value.");
            }
        }

        return new Load(connections, value);
    }

    /// <summary>Sends the requests; JSON with the rate, the latencies in microseconds and the processor time of this process a request.</summary>
    public async Task<string> RunAsync(int requests, int connections, int callsAtOnce)
    {
        var ticks = new long[requests];
        var next = -1;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var callers = Enumerable.Range(0, connections * callsAtOnce).Select(number => Task.Run(() => CallAsync(_connections[number % connections].GetDatabase())));
        await Task.WhenAll(callers);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Array.Sort(ticks);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"per_second": {{requests / seconds:F2}}, "mean_us": {{Micros(ticks.Average()):F2}}, "max_us": {{Micros(ticks[^1]):F2}}, "p50_us": {{Micros(ticks[requests / 2]):F2}}, "p99_us": {{Micros(ticks[requests * 99L / 100]):F2}}, "client_cpu_us": {{cpu.TotalMicroseconds / requests:F3}}}
            """);

        async Task CallAsync(IDatabase database)
        {
            for (var at = Interlocked.Increment(ref next); at < requests; at = Interlocked.Increment(ref next))
            {
                var begun = Stopwatch.GetTimestamp();
                var held = await database.StringGetAsync(Key);
                ticks[at] = Stopwatch.GetTimestamp() - begun;
                if (held.Length() != _value.Length)
                {
                    throw new InvalidOperationException("Redis gives back another value.");
                }
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static double Micros(double ticks) => ticks * 1e6 / Stopwatch.Frequency;
}

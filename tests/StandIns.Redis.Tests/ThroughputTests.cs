using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>Ten million reads through one multiplexer, every one of which must give the value of its own key.</summary>
[Collection(nameof(Alone))]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Keys = 100_000;
    private const int Gets = 10_000_000;
    private const int InFlight = 1_024;

    [Fact]
    public async Task Ten_million_gets_each_return_the_value_of_their_key()
    {
        using var server = await RedisServer.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Endpoint);
        var database = redis.GetDatabase();
        var keys = new RedisKey[Keys];
        var values = new byte[Keys][];
        await FillAsync(database, keys, values);

        var watch = Stopwatch.StartNew();
        var wrong = await ReadAllAsync(database, keys, values);
        watch.Stop();

        var rate = Gets / watch.Elapsed.TotalSeconds;
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Gets:N0} GETs, {InFlight} in flight, {watch.Elapsed.TotalSeconds:F1} s: {rate:N0}/s, {wrong} wrong");
        output.WriteLine(line);
        Console.WriteLine(line);
        Assert.Equal(0, wrong);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(90), line);
    }

    private static async Task FillAsync(IDatabase database, RedisKey[] keys, byte[][] values)
    {
        var writes = new List<Task>(Keys);
        for (var number = 0; number < Keys; number++)
        {
            // Lengths of 8 to 71 bytes: a reply of the wrong key differs in content and mostly in length too.
            keys[number] = "key:" + number.ToString(CultureInfo.InvariantCulture);
            values[number] = new byte[8 + (number % 64)];
            new Random(number).NextBytes(values[number].AsSpan(4));
            BitConverter.TryWriteBytes(values[number], number);
            writes.Add(database.StringSetAsync(keys[number], values[number]));
        }

        await Task.WhenAll(writes);
    }

    // A ring of pending reads: the oldest is awaited and compared, and its place is taken by a new one.
    private static async Task<long> ReadAllAsync(IDatabase database, RedisKey[] keys, byte[][] values)
    {
        var random = new Random(20_13_23);
        var pending = new (int Key, Task<RedisValue> Reply)[InFlight];
        long wrong = 0;
        for (var number = 0; number < Gets + InFlight; number++)
        {
            ref var place = ref pending[number % InFlight];
            if (place.Reply is { } reply)
            {
                var expected = values[place.Key];
                var value = reply.IsCompletedSuccessfully ? reply.GetAwaiter().GetResult() : await reply;
                if (!((ReadOnlyMemory<byte>)value).Span.SequenceEqual(expected))
                {
                    wrong++;
                }
            }

            if (number < Gets)
            {
                var key = random.Next(Keys);
                pending[number % InFlight] = (key, database.StringGetAsync(keys[key]));
            }
        }

        return wrong;
    }
}

using System.Globalization;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>The kinds of traffic that the product sends, through the real client to a real server.</summary>
public sealed class CommandTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private readonly IDatabase _database = fixture.Redis.GetDatabase();

    [Fact]
    public async Task Strings_and_counters()
    {
        Assert.True(await _database.StringSetAsync("s", "value", TimeSpan.FromMinutes(1)));
        Assert.Equal("value", (string?)await _database.StringGetAsync("s"));
        Assert.InRange((await _database.KeyTimeToLiveAsync("s"))!.Value.TotalSeconds, 1, 60);
        Assert.False(await _database.StringSetAsync("s", "other", when: When.NotExists));
        Assert.Equal(1, await _database.StringIncrementAsync("n"));
        Assert.True((await _database.StringGetAsync("absent")).IsNull);
        Assert.Equal("value", (string?)_database.StringGet("s"));
        await Assert.ThrowsAsync<RedisServerException>(() => _database.ListLeftPushAsync("s", 1));
    }

    [Fact]
    public async Task Arrays_of_every_length()
    {
        foreach (var count in new[] { 0, 1, 2, 100, 101, 102, 103, 5_000, 50_000, 3 })
        {
            RedisKey key = $"list:{count}";
            if (count > 0)
            {
                await _database.ListRightPushAsync(key, Enumerable.Range(0, count).Select(number => (RedisValue)number).ToArray());
            }

            Assert.Equal(Enumerable.Range(0, count), (await _database.ListRangeAsync(key)).Select(value => (int)value));
        }

        await _database.HashSetAsync("h", [new("a", 1), new("b", 2)]);
        Assert.Equal(3, (await _database.HashGetAllAsync("h")).Sum(entry => (int)entry.Value));
        await _database.SortedSetAddAsync("z", [new("low", 1), new("high", 2)]);
        Assert.Equal([1d, 2d], (await _database.SortedSetRangeByRankWithScoresAsync("z")).Select(entry => entry.Score));
        for (var number = 0; number < 500; number++)
        {
            await _database.StreamAddAsync("x", "field", number);
        }

        var stream = await _database.StreamRangeAsync("x");
        Assert.Equal(Enumerable.Range(0, 500), stream.Select(entry => (int)entry["field"]));
    }

    [Fact]
    public async Task Pipelined_commands_are_answered_in_order()
    {
        var batch = _database.CreateBatch();
        var appended = Enumerable.Range(1, 1_000).Select(_ => batch.StringAppendAsync("appended", "x")).ToList();
        batch.Execute();
        Assert.Equal(Enumerable.Range(1, 1_000).Select(number => (long)number), await Task.WhenAll(appended));
    }

    [Fact]
    public async Task Transactions_apply_whole_or_not_at_all()
    {
        await _database.StringSetAsync("t", 1);
        var good = _database.CreateTransaction();
        good.AddCondition(Condition.StringEqual("t", 1));
        var doubled = good.StringSetAsync("t", 2);
        var counted = good.StringIncrementAsync("t:count");
        Assert.True(await good.ExecuteAsync());
        Assert.True(await doubled);
        Assert.Equal(1, await counted);

        var late = _database.CreateTransaction();
        late.AddCondition(Condition.StringEqual("t", 1));
        var never = late.StringSetAsync("t", 3);
        Assert.False(await late.ExecuteAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
        Assert.Equal(2, (int)await _database.StringGetAsync("t"));
    }

    [Fact]
    public async Task Scripts_return_numbers_strings_and_nested_arrays()
    {
        Assert.Equal(42, (int)await _database.ScriptEvaluateAsync("return tonumber(ARGV[1]) + 2", [], [40]));
        var nested = (RedisResult[])(await _database.ScriptEvaluateAsync("return {1,{2,{KEYS[1],{}}},'five'}", ["four"]))!;
        Assert.Equal(1, (int)nested[0]);
        var inner = (RedisResult[])nested[1]!;
        Assert.Equal("four", (string?)((RedisResult[])inner[1]!)[0]);
        Assert.Equal("five", (string?)nested[2]);
        await Assert.ThrowsAsync<RedisServerException>(() => _database.ScriptEvaluateAsync("return redis.error_reply('no')"));
    }

    [Fact]
    public async Task Messages_arrive_in_order_and_each_once()
    {
        var channel = RedisChannel.Literal("channel");
        var subscriber = fixture.Redis.GetSubscriber();
        var queue = await subscriber.SubscribeAsync(channel);
        var handled = 0;
        await subscriber.SubscribeAsync(channel, (_, _) => Interlocked.Increment(ref handled));
        var sending = Task.WhenAll(Enumerable.Range(0, 5_000).Select(number => subscriber.PublishAsync(channel, number)));
        for (var number = 0; number < 5_000; number++)
        {
            Assert.Equal(number, (int)(await queue.ReadAsync()).Message);
        }

        await sending;
        await Wait.UntilAsync(() => Volatile.Read(ref handled) == 5_000, "the handler to have seen every message");
        await subscriber.UnsubscribeAllAsync();
    }

    [Fact]
    public async Task Every_byte_value_survives_in_keys_and_values()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var key = new byte[random.Next(1, 300)];
            var value = new byte[random.Next(0, 20_000)];
            random.NextBytes(key);
            random.NextBytes(value);
            if (round % 3 == 0)
            {
                value.AsSpan().Fill((byte)'\r');
                key.AsSpan().Fill((byte)'\n');
            }

            await _database.StringSetAsync(key, value);
            Assert.Equal(value, (byte[]?)await _database.StringGetAsync(key));
        }
    }

    [Theory]
    [InlineData(1 * 1024 * 1024)]
    [InlineData(64 * 1024 * 1024)]
    public async Task A_large_value_goes_and_comes_back(int length)
    {
        var value = SocketConnectionTests.RandomBytes(length, length);
        RedisKey key = "large:" + length.ToString(CultureInfo.InvariantCulture);
        await _database.StringSetAsync(key, value);
        Assert.True(Client.IsSame(value, await _database.StringGetAsync(key)));
        await _database.KeyDeleteAsync(key);
    }

    [Fact]
    public async Task Many_callers_each_get_their_own_answers()
    {
        var callers = Enumerable.Range(0, 200).Select(caller => Task.Run(async () =>
        {
            for (var round = 0; round < 100; round++)
            {
                RedisKey key = $"caller:{caller}:{round}";
                var value = new string((char)('a' + (caller % 26)), 1 + ((caller * round) % 3_000));
                await _database.StringSetAsync(key, value, flags: CommandFlags.FireAndForget);
                Assert.Equal(value, (string?)await _database.StringGetAsync(key));
            }
        }));
        await Task.WhenAll(callers).WaitAsync(Client.Limit);
    }

    [Fact]
    public async Task Blocking_callers_are_answered_too()
    {
        var threads = Enumerable.Range(0, 16).Select(caller => Task.Factory.StartNew(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                Assert.Equal($"{caller}:{round}", (string?)_database.Execute("ECHO", $"{caller}:{round}"));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(threads).WaitAsync(Client.Limit);
    }
}

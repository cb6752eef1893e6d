using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>A Redis that reads its dump answers LOADING: checks go on from the store, and Redis is used again by itself.</summary>
public sealed class RedisLoadingTests : IAsyncLifetime
{
    private const int Copies = 1_000;

    private readonly ManualTime _time = new();
    private readonly ScriptedStore _store;
    private RedisRig _rig = null!;
    private Caches _caches = null!;
    private int _asked;

    public RedisLoadingTests() => _store = new ScriptedStore(_time);

    public async ValueTask InitializeAsync()
    {
        // 2 ms for each of 2,000 copies, and other clients are answered every few of them.
        _rig = await RedisRig.StartAsync(null, "--enable-debug-command", "local", "--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024");
        _caches = _rig.MakeCaches(_store, _time);
        await _caches.Follower.StartAsync(CancellationToken.None);
        for (var i = 1; i <= Copies; i++)
        {
            _rig.Offer(Make.Key(i), Make.Pair(Make.Key(i), 5, 10));
        }

        await _rig.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _caches.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Check_RedisReadsItsDumpAnew_IsAnsweredByTheStoreCountedAsLoadingAndTheCircuitStaysClosed()
    {
        var reloading = _rig.Server.CliAsync("DEBUG", "RELOAD");
        await UntilLoadingAsync();
        while (await IsLoadingAsync())
        {
            await CheckAsync();
            Assert.Equal(0, await _rig.Page.CircuitAsync());
        }

        Assert.Equal("OK", (await reloading).Trim());
        Assert.True(await _rig.Page.RedisErrorsAsync("loading") > 0, "No answer of LOADING was counted.");
        await UntilRedisAnswersAsync();
    }

    [Fact]
    public async Task Check_RedisStartedAgainReadsItsDump_IsAnsweredByTheStoreUntilRedisIsUsedAgain()
    {
        Assert.Equal("OK", (await _rig.Server.CliAsync("SAVE")).Trim());
        _rig.Server.Kill();
        await _rig.Server.StartAgainAsync();
        await UntilLoadingAsync();
        while (await IsLoadingAsync())
        {
            await CheckAsync();
        }

        await UntilRedisAnswersAsync();
        await _rig.UntilInUseAsync();
    }

    /// <summary>A check of records that nobody has yet: only the store can answer, and it does.</summary>
    private async Task CheckAsync()
    {
        var answer = await _caches.Reader.FindAsync(Make.Key(10_000 + _asked++), 0, CancellationToken.None);
        Assert.Equal((RecordSource.Store, true), (answer.Source, answer.IsFresh));
    }

    private async Task UntilRedisAnswersAsync()
    {
        var number = 0;
        await Wait.UntilAsync(async () => (await _caches.Reader.FindAsync(Make.Key(++number), 0, CancellationToken.None)).Source == RecordSource.Redis, "Redis to answer with what it has loaded");
    }

    private Task UntilLoadingAsync() => Wait.UntilAsync(IsLoadingAsync, "Redis to load");

    private async Task<bool> IsLoadingAsync() => (await _rig.Server.CliAsync("GET", "nothing")).StartsWith("LOADING", StringComparison.Ordinal);
}

using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Metrics;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;

namespace VerifyGateway.Server.Tests;

/// <summary>When a terminal of a stream is handed out to be answered anew, and when not.</summary>
public sealed class SeenTerminalsTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly Caches _caches;
    private readonly StreamChanges _changes;
    private readonly SeenTerminals _seen;

    public SeenTerminalsTests()
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry());
        var store = new ScriptedStore(_time);
        _caches = new Caches(
            store, store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions(), new CacheMetrics(metrics), new CoherenceMetrics(metrics), _time, NullLoggerFactory.Instance);
        _changes = new StreamChanges(_caches, new StreamMetrics(metrics));
        _seen = new SeenTerminals(_changes, 10);
    }

    public async ValueTask DisposeAsync()
    {
        _seen.Dispose();
        _changes.Dispose();
        await _caches.DisposeAsync();
    }

    [Fact]
    public void Change_WhileAnAnswerIsUnderWay_IsHandedOutAfterThatAnswerAndNotBefore()
    {
        // Were it handed out at once, its answer could overtake the one under way, which knows nothing of the change, and the caller would
        // end with the older.
        var first = Begin(1, 1, "first")!;
        var second = Begin(1, 1, "second");
        Assert.Same(first, second);
        Change(Key(1));
        Assert.Empty(HandedOut());
        _seen.End(first);
        Assert.Empty(HandedOut());
        _seen.End(first);
        Assert.Equal(["second"], HandedOut());
    }

    [Fact]
    public void Changes_ManyBeforeItIsAnswered_AreHandedOutOnce_AndOneMeanwhileOnceMore()
    {
        var seen = Begin(1, 1, "a")!;
        _seen.End(seen);
        Change(Key(1));
        Change(Key(1));
        Change(MerchantKey(1));
        Assert.True(_seen.Changes.TryRead(out var handed));
        Assert.False(_seen.Changes.TryRead(out _));
        _seen.Begin(handed);
        Change(Key(1));
        Assert.Empty(HandedOut());
        _seen.End(handed);
        Assert.Equal(["a"], HandedOut());
    }

    [Fact]
    public void Change_WhileItWaitsAndAnAnswerIsUnderWay_IsHandedOutOnceMore()
    {
        // The answer under way knows the first change and not the second. It may come after the one that is handed out, which knows both.
        _seen.End(Begin(1, 1, "a")!);
        Change(Key(1));
        Assert.True(_seen.Changes.TryRead(out var handed));
        var underWay = Begin(1, 1, "b")!;
        Change(Key(1));
        _seen.Begin(handed);
        _seen.End(handed);
        Assert.Empty(HandedOut());
        _seen.End(underWay);
        Assert.Equal(["b"], HandedOut());
    }

    [Fact]
    public void Change_WhileItWaitsAndNothingIsUnderWay_IsKnownToTheAnswerThatIsHandedOut()
    {
        _seen.End(Begin(1, 1, "a")!);
        Change(Key(1));
        _seen.End(Begin(1, 1, "b")!);
        Change(Key(1));
        Assert.Equal(["b"], HandedOut());
    }

    [Fact]
    public void Terminal_ForgottenWhileUnderWayAndAskedForAgain_IsHandedOutAfterBothAnswers()
    {
        var first = Begin(1, 1, "first")!;
        for (var n = 2; n <= 11; n++)
        {
            _seen.End(Begin(n, 1, "other")!);
        }

        var second = Begin(1, 1, "second")!;
        Change(Key(1));
        _seen.End(second);
        Assert.Empty(HandedOut());
        _seen.End(first);
        Assert.Equal(["second"], HandedOut());
    }

    [Fact]
    public void Terminal_ForgottenWhileItWaitsAndAskedForAgain_IsHandedOutOnce()
    {
        _seen.End(Begin(1, 1, "first")!);
        Change(Key(1));
        for (var n = 2; n <= 11; n++)
        {
            _seen.End(Begin(n, 1, "other")!);
        }

        _seen.End(Begin(1, 1, "second")!);
        Change(Key(1));
        Assert.Equal(["second"], HandedOut());
    }

    [Fact]
    public void Terminal_AskedForUnderAnotherMerchant_IsToldOfThatMerchantOnly()
    {
        _seen.End(Begin(1, 1, "a")!);
        _seen.End(Begin(1, 2, "b")!);
        Change(MerchantKey(1));
        Assert.Empty(HandedOut());
        Change(MerchantKey(2));
        Assert.Equal(["b"], HandedOut());
    }

    [Fact]
    public void Check_ShorterThanTheOneBefore_IsKeptAlone()
    {
        _seen.End(Begin(1, 1, "a long one, whose end must not be left")!);
        _seen.End(Begin(1, 1, "b")!);
        Change(Key(1));
        Assert.Equal(["b"], HandedOut());
    }

    [Fact]
    public void AllChanged_HandsOutEveryTerminal()
    {
        _seen.End(Begin(1, 1, "a")!);
        _seen.End(Begin(2, 1, "b")!);
        _seen.AllChanged();
        Assert.Equal(["a", "b"], HandedOut());
    }

    [Fact]
    public void Forgotten_WhileUnderWay_IsNotHandedOut()
    {
        var oldest = Begin(1, 1, "oldest")!;
        for (var n = 2; n <= 11; n++)
        {
            _seen.End(Begin(n, 1, "other")!);
        }

        Change(Key(1));
        _seen.End(oldest);
        Assert.Empty(HandedOut());
    }

    [Fact]
    public void Over_NothingIsNotedAnyMore()
    {
        _seen.Dispose();
        Assert.Null(Begin(1, 1, "late"));
    }

    private static TerminalKey Key(int terminal) => new(Acquirer(Acquirer1), SnOf(terminal));

    private SeenTerminal? Begin(int terminal, int merchant, string id) =>
        _seen.Begin(new RecordHashes(_caches.Reader.HashOf(Key(terminal)), _caches.Reader.HashOf(MerchantKey(merchant))), new CheckStatusRequest { CorrelationId = id }.ToByteArray());

    private void Change(in TerminalKey record) => Change(_caches.Reader.HashOf(record));

    private void Change(in MerchantKey record) => Change(_caches.Reader.HashOf(record));

    /// <summary>Tells the stream as the feed does.</summary>
    private void Change(in RecordHash record)
    {
        foreach (var seen in _changes.Index.Of(record) ?? [])
        {
            seen.Stream.Changed(seen);
        }
    }

    /// <summary>Answers whatever is handed out, and says which checks that were.</summary>
    private List<string> HandedOut()
    {
        var ids = new List<string>();
        while (_seen.Changes.TryRead(out var changed))
        {
            ids.Add(_seen.Begin(changed).CorrelationId);
            _seen.End(changed);
        }

        return ids;
    }
}

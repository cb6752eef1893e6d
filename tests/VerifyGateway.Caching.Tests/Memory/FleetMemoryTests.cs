using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class FleetMemoryTests(ITestOutputHelper output)
{
    private static readonly TerminalKey Terminal = Make.TerminalKey(1);
    private static readonly MerchantKey Merchant = Make.MerchantKey(1);

    [Fact]
    public void Records_OfBothKinds_ComeBackWithTheirRevision()
    {
        using var memory = New();
        var random = Seed.Next(output);
        for (var i = 0; i < 2_000; i++)
        {
            var (terminal, merchant) = (random.Terminal(), random.Merchant());
            var (terminalHash, merchantHash) = (memory.Hasher.Of(terminal.Key), memory.Hasher.Of(merchant.Key));
            memory.Put(terminalHash, terminal, i);
            memory.Put(merchantHash, merchant, i + 1);
            Assert.True(memory.TryGet(terminal.Key, terminalHash, out var terminalBack, out var revision));
            Assert.Equal((terminal, (long)i), (terminalBack, revision));
            Assert.True(memory.TryGet(merchant.Key, merchantHash, out var merchantBack, out revision));
            Assert.Equal((merchant, i + 1L), (merchantBack, revision));
        }

        Assert.Equal((2_000L, 2_000L), (memory.TerminalCount, memory.MerchantCount));
        memory.Clear();
        Assert.Equal((0L, 0L), (memory.TerminalCount, memory.MerchantCount));
        Assert.True(memory.TerminalBytes > 0 && memory.MerchantBytes > 0);
    }

    [Fact]
    public void Absence_IsKnownUntilARecordComes_AndNeverReplacesOne()
    {
        using var memory = New();
        var hash = memory.Hasher.Of(Terminal);
        Assert.False(memory.TryGet(Terminal, hash, out var record, out var revision));
        memory.Put(hash, (TerminalRecord?)null, 0);
        Assert.True(memory.TryGet(Terminal, hash, out record, out revision));
        Assert.Equal((null, 0L), (record, revision));
        memory.Put(hash, Make.Terminal(Terminal), 7);
        memory.Put(hash, (TerminalRecord?)null, 0);
        Assert.True(memory.TryGet(Terminal, hash, out record, out revision));
        Assert.Equal((Make.Terminal(Terminal), 7L), (record, revision));
    }

    [Fact]
    public void Replace_OnlyTouchesWhatIsHeld()
    {
        using var memory = New();
        var (terminal, merchant) = (memory.Hasher.Of(Terminal), memory.Hasher.Of(Merchant));
        Assert.False(memory.ReplaceTerminal(terminal, Make.Terminal(Terminal), 5));
        Assert.False(memory.ReplaceMerchant(merchant, Make.Merchant(Merchant), 5));
        memory.Put(terminal, (TerminalRecord?)null, 0);
        memory.Put(merchant, (MerchantRecord?)null, 0);
        Assert.True(memory.ReplaceTerminal(terminal, Make.Terminal(Terminal), 5));
        Assert.True(memory.ReplaceMerchant(merchant, Make.Merchant(Merchant), 5));
        Assert.False(memory.ReplaceTerminal(terminal, Make.Terminal(Terminal), 4));
        Assert.False(memory.ReplaceMerchant(merchant, null, 4));
        Assert.True(memory.ReplaceMerchant(merchant, null, 6));
        Assert.True(memory.TryGet(Merchant, merchant, out var record, out var revision));
        Assert.Equal((null, 6L), (record, revision));
    }

    [Fact]
    public void Value_ThatIsNotOfTheKey_IsAsIfItWereNotHeld()
    {
        using var memory = New();
        var hash = memory.Hasher.Of(Terminal);
        memory.Put(hash, Make.Terminal(Make.TerminalKey(2)), 3);
        Assert.False(memory.TryGet(Terminal, hash, out var record, out var revision));
        Assert.Equal((null, 0L, 0L), (record, revision, memory.TerminalCount));
    }

    [Fact]
    public void Budget_IsSplitFourToThree_AndHeldByBoth()
    {
        const long Budget = 7 * 256 * 1024;
        var (terminals, merchants) = (0L, 0L);
        using var memory = new FleetMemory(RecordHasher.Random(), Budget, count => terminals += count, count => merchants += count);
        for (var i = 0; i < 40_000; i++)
        {
            memory.Put(memory.Hasher.Of(Make.TerminalKey(i)), Make.Terminal(Make.TerminalKey(i)), 1);
            memory.Put(memory.Hasher.Of(Make.MerchantKey(i)), Make.Merchant(Make.MerchantKey(i)), 1);
            Assert.True(memory.TerminalBytes <= Budget / 7 * 4 && memory.MerchantBytes <= Budget / 7 * 3);
        }

        output.WriteLine($"terminals {memory.TerminalCount}, merchants {memory.MerchantCount}");
        Assert.Equal((40_000L, 40_000L), (memory.TerminalCount + terminals, memory.MerchantCount + merchants));
        Assert.InRange((double)memory.TerminalCount / memory.MerchantCount, 1.2, 1.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FleetMemory(RecordHasher.Random(), 1_000, _ => { }, _ => { }));
    }

    private static FleetMemory New() => new(RecordHasher.Random(), 64 * 1024 * 1024, _ => { }, _ => { });
}

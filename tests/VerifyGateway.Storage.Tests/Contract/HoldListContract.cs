using System.Collections.Immutable;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Lists of holds: filters, pages, and what is not told.</summary>
public abstract class HoldListContract(StoreFixture on) : StoreContract(on)
{
    private const long Now = 1_800_000_000_000;

    private static readonly ImmutableArray<HoldKind> All = [.. Enum.GetValues<HoldKind>()];

    private readonly SetTime _time = new(Now);

    [Fact]
    public async Task Every_list_tells_what_fits_it_and_of_other_kinds_only_where_one_stands()
    {
        var random = Seeded();
        var (store, rows) = await FleetAsync(random);
        for (var round = 0; round < 60; round++)
        {
            ImmutableArray<HoldKind> inFull = [.. All.Where(_ => random.Next(2) == 0)];
            HoldOn? on = random.Next(2) == 0 ? null : OnOf(rows[random.Next(rows.Count)]);
            var filter = new HoldFilter(Make.Acquirer(), (HoldScope)random.Next(1, 4), inFull) { On = on };
            var fitting = rows.Where(row => row.Acquirer == filter.Acquirer && (on is null || OnOf(row) == on)).ToList();
            var told = fitting.Where(row => inFull.Contains(row.Kind) && Fits(row, filter.Scope)).Select(static row => row.Id.ToString()).Order(StringComparer.Ordinal);
            var hidden = fitting.Where(row => !inFull.Contains(row.Kind) && Fits(row, HoldScope.Standing)).Select(OnOf).Distinct()
                .OrderBy(static it => $"{(int)it.Target}{it.Key}", StringComparer.Ordinal);
            var items = await ListAsync(store, filter, random.Next(1, 8));
            Assert.Equal(told, items.TakeWhile(static item => item.Hold is not null).Select(static item => item.Hold!.Id));
            Assert.Equal(hidden, items.SkipWhile(static item => item.Hold is not null).Select(static item => item.Hold is null ? item.On : default));
        }
    }

    [Fact]
    public async Task A_page_goes_on_after_the_last_item_whatever_is_written_in_between()
    {
        var (store, _) = await FleetAsync(Seeded(), count: 0);
        await store.PutAsync("test", [.. Enumerable.Range(0, 10).Select(n => Row($"H-{n}", HoldKind.Holder, Subjects[0]))]);
        var filter = new HoldFilter(Make.Acquirer(), HoldScope.Standing, All);
        var first = await store.ListHoldsAsync(filter, 4, "", default);
        Assert.Equal(await store.ReadHeadAsync(), first.Head);
        await store.PutAsync("test", [Row("H-1x", HoldKind.Holder, Subjects[0]), Row("H-4x", HoldKind.Holder, Subjects[0])]);
        var second = await store.ListHoldsAsync(filter, 100, first.NextPageToken, default);
        Assert.Equal(["H-0", "H-1", "H-2", "H-3", "H-4", "H-4x", "H-5", "H-6", "H-7", "H-8", "H-9"], first.Items.Concat(second.Items).Select(static item => item.Hold!.Id));
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task A_token_is_good_for_its_own_list_alone()
    {
        var (store, _) = await FleetAsync(Seeded());
        var filter = new HoldFilter(Make.Acquirer(), HoldScope.All, All);
        var token = (await store.ListHoldsAsync(filter, 1, "", default)).NextPageToken;
        Assert.NotEqual("", token);
        HoldFilter[] others =
        [
            filter with { Acquirer = Make.Acquirer(Make.Acquirer2) }, filter with { Scope = HoldScope.Standing }, filter with { InFull = [HoldKind.Holder] },
            filter with { On = new HoldOn(HoldTarget.Merchant, No(1).ToString()) },
        ];
        foreach (var other in others)
        {
            await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListHoldsAsync(other, 1, token, default));
        }

        await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListAsync(new BindingFilter(Make.Acquirer()), 1, token, default));
        await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListHoldsAsync(filter, 1, token + "A", default));
        _time.UnixMs += 86_400_000;
        await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListHoldsAsync(filter, 1, token, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_size_out_of_range_is_refused(int size)
    {
        var (store, _) = await FleetAsync(Seeded(), count: 0);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ListHoldsAsync(new HoldFilter(Make.Acquirer(), HoldScope.All, All), size, "", default));
    }

    private static readonly HoldSubject[] Subjects =
        [HoldSubject.Merchant(Make.MerchantNo(1)), HoldSubject.Identity(Make.Id("ID-1")), HoldSubject.Terminal(Make.Sn(1)), HoldSubject.Card(Hash(0xAB)), HoldSubject.Merchant(Make.MerchantNo(2))];

    private static HoldRow Row(string id, HoldKind kind, HoldSubject subject, string acquirer = Make.Acquirer1) => Make.Hold(id, subject, kind, acquirer: acquirer);

    private static HoldOn OnOf(HoldRow row) => new(row.On.Target, row.On.Key);

    private static bool Fits(HoldRow row, HoldScope scope) => scope switch
    {
        HoldScope.Standing => new Hold(row.Kind, row.On.Target, row.EffectiveAtUnixMs, row.UntilUnixMs).StandsAt(Now),
        HoldScope.NotEnded => row.UntilUnixMs == 0 || (row.UntilUnixMs > Now && row.UntilUnixMs > row.EffectiveAtUnixMs),
        _ => true,
    };

    private static async Task<List<HoldItem>> ListAsync(ISystemOfRecord store, HoldFilter filter, int pageSize)
    {
        var (items, token) = (new List<HoldItem>(), "");
        do
        {
            var page = await store.ListHoldsAsync(filter, pageSize, token, default);
            Assert.True(page.Items.Count <= pageSize);
            items.AddRange(page.Items);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return items;
    }

    private async Task<(ISystemOfRecord Store, List<HoldRow> Rows)> FleetAsync(Random random, int count = 60)
    {
        var store = await On.OpenAsync(_time);
        var rows = new List<HoldRow>();
        foreach (var acquirer in new[] { Make.Acquirer1, Make.Acquirer2 })
        {
            await store.PutAsync("test",
            [
                Make.Identity("ID-1", acquirer: acquirer), Card(0xAB, "ID-1", acquirer), Make.Merchant(1, "ID-1", acquirer: acquirer), Make.Merchant(2, "ID-1", acquirer: acquirer),
                Make.Terminal(1, 1, acquirer == Make.Acquirer1 ? TerminalState.Active : TerminalState.Retired, acquirer),
            ]);
            rows.AddRange(Enumerable.Range(0, count).Select(n => Row($"H-{random.Next(1000)}-{n}", All[random.Next(All.Length)], Subjects[random.Next(Subjects.Length)], acquirer) with
            {
                EffectiveAtUnixMs = Now + random.Next(-1, 2),
                UntilUnixMs = random.Next(3) switch { 0 => 0, 1 => Now + 5, _ => Now },
                LiftedAtUnixMs = 1,
            } is var row && row.UntilUnixMs != 0 && row.UntilUnixMs < row.EffectiveAtUnixMs ? row with { UntilUnixMs = row.EffectiveAtUnixMs } : row));
        }

        if (rows.Count > 0)
        {
            await store.PutAsync("test", rows);
        }

        return (store, rows);
    }
}

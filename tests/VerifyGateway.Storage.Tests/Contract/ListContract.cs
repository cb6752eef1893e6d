using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Lists of bindings: filters, pages, and the tokens between pages.</summary>
public abstract class ListContract(StoreFixture on) : StoreContract(on)
{
    [Fact]
    public async Task Every_combination_of_filters_lists_what_fits_it_in_order_and_never_another_acquirers()
    {
        var random = Seeded();
        var store = await On.OpenAsync();
        var fleet = await FleetAsync(store, random);
        var listed = 0;
        for (var set = 0; set < 64; set++)
        {
            for (var acquirer = 1; acquirer <= 2; acquirer++)
            {
                var filter = new BindingFilter(Make.Acquirer(acquirer == 1 ? Make.Acquirer1 : Make.Acquirer2))
                {
                    Merchant = (set & 1) != 0 ? No(random.Next(1, 7)) : null,
                    Identity = (set & 2) != 0 ? $"ID-{random.Next(1, 4)}" : null,
                    DocumentHash = (set & 4) != 0 ? Hash(random.Next(1, 3)).ToString() : null,
                    PhoneHash = (set & 8) != 0 ? Hash(random.Next(10, 12)).ToString() : null,
                    Card = (set & 16) != 0 ? Hash(random.Next(20, 22)).ToString() : null,
                    State = (set & 32) != 0 ? (TerminalState)random.Next(6, 8) : null,
                };
                var expected = fleet.Where(binding => Fits(binding, filter)).Select(binding => binding.Terminal.Key).OrderBy(key => key.Sn.ToString(), StringComparer.Ordinal).ToList();
                var (found, _) = await ListAllAsync(store, filter, random.Next(1, 8));
                Assert.Equal((filter, expected.Count), (filter, found.Count));
                Assert.Equal(expected, found.Select(binding => binding.Terminal.Key));
                listed += found.Count;
            }
        }

        Assert.True(listed > 100, $"only {listed} bindings were listed");
    }

    [Fact]
    public async Task A_list_holds_the_same_bindings_as_are_found_one_by_one_with_the_head_of_its_snapshot()
    {
        var store = await On.OpenAsync();
        await FleetAsync(store, Seeded());
        var page = await store.ListAsync(new BindingFilter(Make.Acquirer()), 1000, "", CancellationToken.None);
        var found = await store.FindAsync([.. page.Bindings.Select(binding => new BindingLookup(Make.Acquirer(), binding.Terminal.Key.Sn, default, default))], CancellationToken.None);
        Assert.Equal(found.Bindings, page.Bindings);
        Assert.Equal((found.Head, ""), (page.Head, page.NextPageToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_page_size_out_of_range_is_refused(int size)
    {
        var store = await On.OpenAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ListAsync(new BindingFilter(Make.Acquirer()), size, "", CancellationToken.None));
    }

    [Fact]
    public async Task Whatever_is_written_between_pages_nothing_is_listed_twice_and_nothing_is_left_out_that_fits_all_the_while()
    {
        var random = Seeded();
        var store = await On.OpenAsync();
        await store.PutAsync("test", [Make.Identity("ID-1"), Make.Merchant(1, "ID-1"), .. Enumerable.Range(1, 60).Select(n => Make.Terminal(n * 10, 1, n % 2 == 0 ? TerminalState.Active : TerminalState.Lost))]);
        var filter = new BindingFilter(Make.Acquirer()) { State = TerminalState.Active };
        var always = Enumerable.Range(1, 60).Where(n => n % 2 == 0).Select(n => n * 10).ToHashSet();
        var ever = always.ToHashSet();
        var (found, token) = (new List<string>(), "");
        do
        {
            var page = await store.ListAsync(filter, random.Next(1, 4), token, CancellationToken.None);
            Assert.True(page.Head == await store.ReadHeadAsync() && (page.Bindings.Count > 0 || page.NextPageToken.Length == 0));
            found.AddRange(page.Bindings.Select(binding => binding.Terminal.Key.Sn.ToString()));
            token = page.NextPageToken;
            for (var change = 0; change < 3; change++)
            {
                // New ones, ones that stop fitting, ones that begin to.
                var n = random.Next(1, 610);
                var state = random.Next(2) == 0 ? TerminalState.Active : TerminalState.Lost;
                await store.PutAsync("test", [Make.Terminal(n, 1, state)]);
                always.RemoveWhere(one => one == n && state == TerminalState.Lost);
                ever.UnionWith(state == TerminalState.Active ? [n] : []);
            }
        }
        while (token.Length > 0);

        Assert.Equal(found.Distinct().Order(StringComparer.Ordinal), found);
        Assert.Empty(always.Select(n => Make.Sn(n).ToString()).Except(found));
        Assert.Empty(found.Except(ever.Select(n => Make.Sn(n).ToString())));
    }

    [Fact]
    public async Task A_token_goes_on_after_a_restart_and_in_another_process_until_it_expires()
    {
        var time = new SetTime(1_000_000);
        var store = await On.OpenAsync(time);
        await FleetAsync(store, Seeded());
        var filter = new BindingFilter(Make.Acquirer());
        var first = await store.ListAsync(filter, 3, "", CancellationToken.None);
        var whole = await store.ListAsync(filter, 7, "", CancellationToken.None);
        store = await On.RestartedAsync(store, time);
        var second = await On.OpenSecondAsync(time);
        time.UnixMs += (24 * 3_600_000) - 1;
        foreach (var place in new[] { store, second })
        {
            // Another page size is no other list.
            var next = await place.ListAsync(filter, 4, first.NextPageToken, CancellationToken.None);
            Assert.Equal(whole.Bindings.Skip(3), next.Bindings);
        }

        time.UnixMs++;
        var expired = await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListAsync(filter, 4, first.NextPageToken, CancellationToken.None));
        Assert.Contains("expired", expired.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_list_or_another_store_or_none_at_all_is_refused()
    {
        var store = await On.OpenAsync();
        await FleetAsync(store, Seeded());
        var filter = new BindingFilter(Make.Acquirer());
        var token = (await store.ListAsync(filter, 3, "", CancellationToken.None)).NextPageToken;
        BindingFilter[] others =
        [
            new(Make.Acquirer(Make.Acquirer2)), filter with { Merchant = No(1) }, filter with { Identity = "ID-1" }, filter with { Identity = "-" }, filter with { Identity = "" }, filter with { State = TerminalState.Active },
            filter with { DocumentHash = Hash(1).ToString() }, filter with { PhoneHash = Hash(1).ToString() }, filter with { Card = Hash(1).ToString() },
        ];
        foreach (var other in others)
        {
            await RefusedAsync(store, other, token);
        }

        var elsewhere = await On.OpenOtherAsync();
        await FleetAsync(elsewhere, Seeded());
        await RefusedAsync(elsewhere, filter, token);
        foreach (var text in new[] { " ", "x", "0", "====", "'; DROP TABLE terminal; --", "\0", "\ud800", "AQ", token + "A", token + "=", " " + token, token[1..], token[..^1], token + token, new string('A', 256), new string('A', 100_000) })
        {
            await RefusedAsync(store, filter, text);
        }
    }

    [Fact]
    public async Task A_token_with_any_one_character_altered_is_refused()
    {
        var store = await On.OpenAsync();
        await FleetAsync(store, Seeded());
        var filter = new BindingFilter(Make.Acquirer());
        var token = (await store.ListAsync(filter, 3, "", CancellationToken.None)).NextPageToken;
        for (var at = 0; at < token.Length; at++)
        {
            foreach (var other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n".Where(character => character != token[at]))
            {
                await RefusedAsync(store, filter, token[..at] + other + token[(at + 1)..]);
            }

            await RefusedAsync(store, filter, token.Remove(at, 1));
            await RefusedAsync(store, filter, token.Insert(at, "\n"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\0")]
    [InlineData("0101010101010101010101010101010101010101010101010101010101010101 ")]
    [InlineData("ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB")]
    public async Task What_is_not_a_hash_is_a_wrong_argument(string hash)
    {
        var store = await On.OpenAsync();
        var filter = new BindingFilter(Make.Acquirer());
        foreach (var wrong in new[] { filter with { DocumentHash = hash }, filter with { PhoneHash = hash }, filter with { Card = hash } })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.ListAsync(wrong, 10, "", CancellationToken.None));
        }
    }

    private static async Task RefusedAsync(ISystemOfRecord store, BindingFilter filter, string token)
    {
        try
        {
            await store.ListAsync(filter, 3, token, CancellationToken.None);
        }
        catch (PageTokenException)
        {
            return;
        }

        Assert.Fail($"The token '{token}' was taken for {filter}.");
    }

    private static async Task<(List<BindingView> Bindings, long Head)> ListAllAsync(ISystemOfRecord store, BindingFilter filter, int size)
    {
        var (found, token, head) = (new List<BindingView>(), "", 0L);
        do
        {
            var page = await store.ListAsync(filter, size, token, CancellationToken.None);
            Assert.True(page.Bindings.Count == size || page.NextPageToken.Length == 0);
            found.AddRange(page.Bindings);
            (token, head) = (page.NextPageToken, page.Head);
        }
        while (token.Length > 0);
        return (found, head);
    }

    private static bool Fits((TerminalRow Terminal, MerchantRow Merchant, IdentityRow Identity) binding, BindingFilter filter) =>
        binding.Terminal.Key.Acquirer == filter.Acquirer
        && (filter.Merchant is null || filter.Merchant == binding.Merchant.Key.No)
        && (filter.State is null || filter.State == binding.Terminal.State)
        && (filter.Identity is null || filter.Identity == binding.Identity.Id.ToString())
        && (filter.DocumentHash is null || filter.DocumentHash == binding.Identity.DocumentHash.ToString())
        && (filter.PhoneHash is null || filter.PhoneHash == binding.Identity.PhoneHash.ToString())
        && (filter.Card is null || filter.Card == binding.Merchant.Card.ToString());

    /// <summary>Two acquirers with the same ids, numbers, documents, telephones and cards.</summary>
    private static async Task<List<(TerminalRow Terminal, MerchantRow Merchant, IdentityRow Identity)>> FleetAsync(ISystemOfRecord store, Random random)
    {
        var fleet = new List<(TerminalRow, MerchantRow, IdentityRow)>();
        foreach (var acquirer in new[] { Make.Acquirer1, Make.Acquirer2 })
        {
            IdentityRow[] identities = [.. Enumerable.Range(1, 3).Select(n => Make.Identity($"ID-{n}", acquirer: acquirer) with
            {
                DocumentHash = n < 3 ? Hash(n) : default, DocumentHashKey = n < 3 ? HashKey : default, PhoneHash = n > 1 ? Hash(11) : Hash(10), PhoneHashKey = HashKey,
            })];
            CardRow[] cards = [Card(20, "ID-1", acquirer), Card(21, "ID-2", acquirer)];
            MerchantRow[] merchants = [.. Enumerable.Range(1, 6).Select(n => Make.Merchant(n, $"ID-{((n - 1) % 3) + 1}", acquirer: acquirer) with { Card = n % 3 == 2 ? default : Hash(20 + (n % 2)) })];
            TerminalRow[] terminals = [.. Enumerable.Range(1, 40).Select(n => Make.Terminal(n + (acquirer == Make.Acquirer1 ? 0 : 100), random.Next(1, 7), random.Next(2) == 0 ? TerminalState.Active : TerminalState.Suspended, acquirer, n))];
            await store.PutAsync("test", [.. identities, .. cards, .. merchants, .. terminals]);
            fleet.AddRange(terminals.Select(terminal =>
            {
                var merchant = merchants.Single(one => one.Key.No == terminal.MerchantNo);
                return (terminal, merchant, identities.Single(identity => identity.Id == merchant.Identity));
            }));
        }

        return fleet;
    }
}

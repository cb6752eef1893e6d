using System.Security.Cryptography;
using VerifyGateway.Cli.Generating;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Cli.Tests;

public class GeneratorTests
{
    /// <summary>SHA-256 of the fleet of seed 1 with 100 terminals. A change of it is a change of every generated file: say so in the commit.</summary>
    private const string Golden = "b51ccd94d2d052af1c3bf03ebdf288fcb011517dc75dbc7390605534a8584659";

    [Fact]
    public void The_fleet_of_a_hundred_is_the_same_for_ever() => Assert.Equal(Golden, HashOf(new FleetSpec(1, 100)));

    [Fact]
    public void Seed_size_and_day_make_the_bytes()
    {
        Assert.Equal(HashOf(new FleetSpec(7, 5_000)), HashOf(new FleetSpec(7, 5_000)));
        Assert.NotEqual(HashOf(new FleetSpec(7, 5_000)), HashOf(new FleetSpec(8, 5_000)));
        Assert.NotEqual(HashOf(new FleetSpec(7, 5_000)), HashOf(new FleetSpec(7, 5_000) { AsOf = new DateOnly(2027, 1, 1) }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void A_fleet_has_the_size_that_was_asked_for_and_refers_only_to_what_stands_above(int terminals)
    {
        var ids = new HashSet<object>();
        var count = 0;
        foreach (var line in FleetGenerator.Generate(new FleetSpec(3, terminals)))
        {
            Assert.True(ids.Add(line.Row switch
            {
                AcquirerRow row => row.Id,
                IdentityRow row => (row.Acquirer, row.Id),
                CardRow row => ids.Contains((row.Acquirer, row.Identity)) ? row.Fingerprint : throw new InvalidOperationException("card"),
                MerchantRow row => ids.Contains((row.Key.Acquirer, row.Identity)) && ids.Contains(row.Card) ? row.Key : throw new InvalidOperationException("merchant"),
                TerminalRow row => ids.Contains(new MerchantKey(row.Key.Acquirer, row.MerchantNo)) ? row.Key.Sn : throw new InvalidOperationException("terminal"),
                HoldRow row => "hold " + row.Id,
                _ => throw new InvalidOperationException(),
            }));
            count += line.Row is TerminalRow ? 1 : 0;
        }

        Assert.Equal(terminals, count);
    }

    [Fact]
    public void A_hundred_thousand_terminals_show_every_reason_at_its_share_and_each_note_is_what_is_decided()
    {
        var spec = new FleetSpec(1, 100_000);
        var decided = Decide(spec);
        foreach (var row in ReasonTable.All)
        {
            var wanted = Situation.PerMillionOf(row.Reason) * (spec.Terminals / 1_000_000.0);
            var found = decided.GetValueOrDefault(row.Reason);
            // Within a twentieth, or the few terminals that credit at the beginning and rest at the end make.
            Assert.InRange(found, wanted - Math.Max(6, wanted / 20), wanted + Math.Max(6, wanted / 20));
        }
    }

    [Fact]
    public void Reasons_are_all_there_in_ten_thousand_and_the_main_ones_in_a_hundred()
    {
        var possible = ReasonTable.All.Select(row => row.Reason).Where(reason => Situation.PerMillionOf(reason) > 0).ToList();
        Assert.Equal(19, possible.Count);
        Assert.Subset(Decide(new FleetSpec(5, 10_000)).Keys.ToHashSet(), possible.ToHashSet());
        Assert.Subset(
            Decide(new FleetSpec(5, 100)).Keys.ToHashSet(),
            new HashSet<Reason> { Reason.Ok, Reason.NotVerified, Reason.VerificationPending, Reason.TerminalRetired, Reason.TerminalNotActivated, Reason.TerminalSuspended, Reason.DocumentExpired });
    }

    [Fact]
    public void Terminals_merchants_types_and_regions_are_spread_as_the_tables_say()
    {
        var rows = FleetGenerator.Generate(new FleetSpec(1, 100_000)).Select(line => line.Row).ToList();
        var terminals = rows.OfType<TerminalRow>().ToList();
        var sizes = terminals.GroupBy(row => (row.Key.Acquirer, row.MerchantNo)).Select(group => group.Count()).ToList();
        Assert.InRange(sizes.Count(size => size <= 2) / (double)sizes.Count, 0.7, 0.95);
        Assert.True(sizes.Max() > 100);
        Assert.Equal(13, terminals.Select(row => row.Key.Sn.ToString()[6..8]).Distinct().Count());
        Assert.Equal(10, terminals.Select(row => row.State).Distinct().Count());
        Assert.Equal(31, rows.OfType<MerchantRow>().Select(row => row.Region.ToString()[..2]).Distinct().Count());
        Assert.Equal(5, rows.OfType<MerchantRow>().Select(row => row.Kind).Distinct().Count());
        Assert.Equal(4, rows.OfType<IdentityRow>().Select(row => row.Subject).Distinct().Count());
        Assert.Equal(8, rows.OfType<IdentityRow>().Select(row => row.State).Distinct().Count());
        Assert.InRange(rows.OfType<MerchantRow>().Count(row => row.Region.ToString().StartsWith("44", StringComparison.Ordinal)) / (double)sizes.Count, 0.05, 0.12);
        Assert.True(terminals.Count(row => row.Key.Acquirer == terminals[0].Key.Acquirer) > 20_000);
    }

    private static Dictionary<Reason, int> Decide(FleetSpec spec)
    {
        var identities = new Dictionary<EntityId, IdentityRow>();
        var merchants = new Dictionary<MerchantKey, MerchantRow>();
        var holds = new List<HoldRow>();
        var terminals = new List<(TerminalRow Row, FleetLine Line)>();
        foreach (var line in FleetGenerator.Generate(spec))
        {
            switch (line.Row)
            {
                case IdentityRow row: identities.Add(row.Id, row); break;
                case MerchantRow row: merchants.Add(row.Key, row); break;
                case HoldRow row: holds.Add(row); break;
                case TerminalRow row: terminals.Add((row, line)); break;
            }
        }

        var byTarget = holds.ToLookup(hold => (hold.On.Target, hold.On.Key, hold.Acquirer));
        var counts = new Dictionary<Reason, int>();
        foreach (var (row, line) in terminals)
        {
            var acquirer = row.Key.Acquirer;
            var merchant = merchants[new MerchantKey(acquirer, row.MerchantNo)];
            var identity = identities[merchant.Identity];
            var record = new MerchantRecord(merchant.Key, merchant.State, identity.State, identity.ReverifyByUnixMs, identity.DocumentValidTo,
                [.. HoldsOn(HoldTarget.Merchant, merchant.Key.No.ToString()), .. HoldsOn(HoldTarget.Identity, identity.Id.ToString())]);
            var terminal = new TerminalRecord(row.Key, row.TerminalNo, row.MerchantNo, row.State, 1, [.. HoldsOn(HoldTarget.Terminal, row.Key.Sn.ToString())]);
            var query = new StatusQuery(acquirer, row.Key.Sn, row.TerminalNo, line.SentMerchant, TransactionKind.Sale);
            var verdict = StatusDecision.Decide(query, terminal, line.SentMerchant == row.MerchantNo ? record : null, PolicySnapshot.Default, spec.AsOfUnixMs);
            Assert.Equal(line.Expected, verdict.Primary);
            Assert.StartsWith(ReasonTable.Of(verdict.Primary).Code, line.Note, StringComparison.Ordinal);
            Assert.Equal(line.Note.Contains(" warns=", StringComparison.Ordinal), !verdict.Warnings.IsEmpty);
            counts[verdict.Primary] = counts.GetValueOrDefault(verdict.Primary) + 1;

            IEnumerable<Hold> HoldsOn(HoldTarget target, string key) =>
                byTarget[(target, key, acquirer)].Select(hold => new Hold(hold.Kind, target, hold.EffectiveAtUnixMs, hold.UntilUnixMs));
        }

        return counts;
    }

    private static string HashOf(FleetSpec spec)
    {
        using var stream = new MemoryStream();
        using var writer = new FleetWriter(stream);
        foreach (var line in FleetGenerator.Generate(spec))
        {
            writer.Write(line.Row, line.Note);
        }

        writer.Finish();
        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }
}

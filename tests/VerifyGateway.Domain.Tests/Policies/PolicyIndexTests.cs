using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using VerifyGateway.TestKit;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyCompilerTests;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>The index finds what a look at every policy finds, in the same order.</summary>
public class PolicyIndexTests(ITestOutputHelper output)
{
    private static readonly ImmutableArray<AcquirerId> Acquirers = [Acquirer(), Acquirer("01020000"), Acquirer("00102000000")];
    private static readonly ImmutableArray<RegionCode> Regions = [.. new[] { "440000", "440300", "440305", "440306", "440100", "310000", "310100", "310115", "659001" }.Select(Region)];
    private static readonly ImmutableArray<CategoryCode> Categories = [.. new[] { "0000", "5411", "5812", "9999" }.Select(Category)];
    private static readonly ImmutableArray<TransactionKind> Restrictable =
        [TransactionKind.Sale, TransactionKind.PreAuth, TransactionKind.TopUp, TransactionKind.PreAuthCompletion, TransactionKind.Refund, TransactionKind.Void];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(300)]
    public void Find_RandomPoliciesAndChecks_FindsWhatALookAtEachFinds(int count)
    {
        var random = Seed.New(output);
        var found = 0;
        for (var round = 0; round < 20; round++)
        {
            var snapshot = Compiled(new() { Policies = [.. Enumerable.Range(0, count).Select(i => Rule($"p{i}", priority: random.Next(1, 4), from: random.Next(1, 4), scope: Scope(random)))] });
            for (var i = 0; i < 200; i++)
            {
                var (query, merchant) = Check(random);
                var expected = snapshot.Policies.Where(policy => Holds(policy.Scope, query, merchant)).Select(policy => policy.Id).ToArray();
                Assert.Equal(expected, Found(snapshot, query, merchant));
                found += expected.Length;
            }
        }

        Assert.True(count == 0 ? found == 0 : found > count, $"{found} found: the sets of values are too large to hit");
    }

    [Theory]
    [InlineData("440000", "440000", true)]
    [InlineData("440000", "440300", true)]
    [InlineData("440000", "440305", true)]
    [InlineData("440000", "450000", false)]
    [InlineData("440300", "440305", true)]
    [InlineData("440300", "440300", true)]
    [InlineData("440300", "440000", false)]
    [InlineData("440300", "440100", false)]
    [InlineData("440305", "440305", true)]
    [InlineData("440305", "440300", false)]
    [InlineData("440305", "440000", false)]
    [InlineData("440305", "440306", false)]
    [InlineData("650000", "659001", true)]
    [InlineData("440000", "", false)]
    public void Find_ByRegion_FindsWhatLiesInIt(string named, string merchant, bool expected)
    {
        // Alone, and among rows that make each level known to the index.
        foreach (var others in new string[][] { [], ["440000"], ["440300"], ["440305"], ["440000", "440300", "440305", "440306", "440100"] })
        {
            var rules = others.Select((other, i) => Rule($"other{i}", scope: new() { Regions = [Region(other)] })).Append(Rule("it", scope: new() { Regions = [Region(named)] }));
            var at = Merchant() with { Region = merchant.Length == 0 ? default : Region(merchant) };
            Assert.Equal(expected, Found(Compiled(new() { Policies = [.. rules] }), Query(), at).Contains("it"));
        }
    }

    [Fact]
    public void Find_WithNothingKnownOfMerchantAndPayer_FindsNoScopeThatNamesIt()
    {
        PolicyScope[] naming =
        [
            new() { Regions = Regions }, new() { Categories = Categories }, new() { MerchantKinds = [.. Enum.GetValues<MerchantKind>()] },
            new() { AccountClasses = [.. Enum.GetValues<AccountClass>()] }, new() { CardClasses = [.. Enum.GetValues<CardClass>()] }, new() { CodeKinds = [.. Enum.GetValues<CodeKind>()] },
        ];
        var rules = naming.Select((scope, i) => Rule($"p{i}", scope: scope)).ToArray();
        var known = Merchant() with { Region = Region("440305"), Category = Category("5411"), Kind = MerchantKind.Micro, AccountClass = AccountClass.Class3 };
        var snapshot = Compiled(new() { Policies = [.. rules, Rule("any")] });
        Assert.Equal(["any"], Found(snapshot, Query(), Merchant()));
        Assert.Equal(7, Found(snapshot, Query() with { Payer = new() { CardClass = CardClass.Prepaid, Code = CodeKind.Dynamic } }, known).Length);
    }

    [Fact]
    public void Find_ByKind_TakesNoListForNewValueAndAnUnknownKindForASale()
    {
        var snapshot = Compiled(new()
        {
            Policies = [Rule("any"), .. Restrictable.Select(kind => Rule(kind.ToString().ToLowerInvariant(), priority: 2_000, scope: new() { TransactionKinds = [kind] }))],
        });
        foreach (var kind in Enum.GetValues<TransactionKind>())
        {
            string[] named = Restrictable.Contains(kind) ? [kind.ToString().ToLowerInvariant()] : [];
            Assert.Equal(kind is TransactionKind.Sale or TransactionKind.PreAuth or TransactionKind.TopUp ? ["any", .. named] : named, Found(snapshot, Query(kind), Merchant()));
        }

        foreach (var unknown in new[] { 0, 12, 13, 200, 255 })
        {
            Assert.Equal(["any", "sale"], Found(snapshot, Query((TransactionKind)unknown), Merchant()));
        }
    }

    /// <summary>A number that no enum defines is a fact that is not known: in no scope that names it, and never outside a row.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(100)]
    [InlineData(255)]
    public void Find_FactsOfNoDefinedNumber_AreLikeThoseNotKnown(byte number)
    {
        var snapshot = Compiled(new()
        {
            Policies =
            [
                Rule("any"), Rule("kinds", scope: new() { MerchantKinds = [.. Enum.GetValues<MerchantKind>()] }), Rule("classes", scope: new() { AccountClasses = [.. Enum.GetValues<AccountClass>()] }),
                Rule("cards", scope: new() { CardClasses = [.. Enum.GetValues<CardClass>()] }), Rule("codes", scope: new() { CodeKinds = [.. Enum.GetValues<CodeKind>()] }),
            ],
        });
        var merchant = Merchant() with { Kind = (MerchantKind)number, AccountClass = (AccountClass)number };
        var query = Query() with { Payer = new Payer { CardClass = (CardClass)number, Code = (CodeKind)number } };
        Assert.Equal(["any"], Found(snapshot, query, merchant));
    }

    [Fact]
    public void Find_FarInTheOrder_FindsTheBitsOfEveryWord()
    {
        var snapshot = Compiled(new() { Policies = [.. Enumerable.Range(0, 200).Select(i => Rule($"p{i:000}", scope: new() { Categories = [i % 63 == 0 ? Category("5411") : Category("5812")] }))] });
        Assert.Equal(["p000", "p063", "p126", "p189"], Found(snapshot, Query(), Merchant() with { Category = Category("5411") }));
    }

    [Fact]
    public void Find_OfManyPolicies_DoesNotAllocate()
    {
        var snapshot = Compiled(new() { Policies = [.. Enumerable.Range(0, 200).Select(i => Rule($"p{i}", scope: new() { Regions = [Region("440000")] }))] });
        var merchant = Merchant() with { Region = Region("440305") };
        Assert.Equal(200, Count());
        var count = 0;
        Assert.Equal(0, Allocated.Least(() => count += Count()));
        Assert.Equal(20 * 200, count);

        int Count()
        {
            var found = 0;
            var matches = snapshot.Find(Query(), merchant, stackalloc ulong[snapshot.Words]);
            while (matches.MoveNext())
            {
                found++;
            }

            return found;
        }
    }

    private static string[] Found(PolicySnapshot snapshot, StatusQuery query, MerchantRecord merchant)
    {
        var found = new List<string>();
        var matches = snapshot.Find(query, merchant, new ulong[snapshot.Words]);
        while (matches.MoveNext())
        {
            found.Add(matches.Current.Id);
        }

        Assert.False(matches.MoveNext(), "the end is not the end");
        return [.. found];
    }

    /// <summary>The rules of a scope in plain words, regions by their digits.</summary>
    private static bool Holds(PolicyScope scope, StatusQuery query, MerchantRecord merchant)
    {
        var kind = Enum.IsDefined(query.Kind) ? query.Kind : TransactionKind.Sale;
        return (scope.Acquirers.IsEmpty || scope.Acquirers.Contains(query.Acquirer))
            && (scope.Regions.IsEmpty || scope.Regions.Any(region => LiesIn(region.ToString(), merchant.Region.ToString())))
            && (scope.Categories.IsEmpty || scope.Categories.Contains(merchant.Category))
            && (scope.MerchantKinds.IsEmpty || (merchant.Kind is { } own && scope.MerchantKinds.Contains(own)))
            && (scope.AccountClasses.IsEmpty || (merchant.AccountClass is { } account && scope.AccountClasses.Contains(account)))
            && (scope.CardClasses.IsEmpty || (query.Payer.CardClass is { } card && scope.CardClasses.Contains(card)))
            && (scope.CodeKinds.IsEmpty || (query.Payer.Code is { } code && scope.CodeKinds.Contains(code)))
            && (scope.TransactionKinds.IsEmpty ? kind is TransactionKind.Sale or TransactionKind.PreAuth or TransactionKind.TopUp : scope.TransactionKinds.Contains(kind));
    }

    private static bool LiesIn(string region, string place)
    {
        var part = region.EndsWith("0000", StringComparison.Ordinal) ? region[..2] : region.EndsWith("00", StringComparison.Ordinal) ? region[..4] : region;
        return place.StartsWith(part, StringComparison.Ordinal);
    }

    private static PolicyScope Scope(Random random) => new()
    {
        Acquirers = Some(random, Acquirers),
        Regions = Some(random, Regions),
        Categories = Some(random, Categories),
        MerchantKinds = Some(random, [.. Enum.GetValues<MerchantKind>()]),
        AccountClasses = Some(random, [.. Enum.GetValues<AccountClass>()]),
        CardClasses = Some(random, [.. Enum.GetValues<CardClass>()]),
        CodeKinds = Some(random, [.. Enum.GetValues<CodeKind>()]),
        TransactionKinds = Some(random, Restrictable),
    };

    private static ImmutableArray<T> Some<T>(Random random, ImmutableArray<T> values) =>
        random.Next(5) < 3 ? [] : [.. values.Where(_ => random.Next(2) == 0)];

    private static (StatusQuery Query, MerchantRecord Merchant) Check(Random random) => (
        Query((TransactionKind)random.Next(14)) with
        {
            Acquirer = random.Of([.. Acquirers, Acquirer("99999999")]),
            Payer = new() { CardClass = Maybe<CardClass>(random), Code = Maybe<CodeKind>(random) },
        },
        Merchant() with
        {
            Region = random.Of([.. Regions, default, Region("440399"), Region("120101"), Region("312000")]),
            Category = random.Of([.. Categories, default, Category("0001")]),
            Kind = Maybe<MerchantKind>(random),
            AccountClass = Maybe<AccountClass>(random),
        });

    private static T? Maybe<T>(Random random)
        where T : struct, Enum => random.Next(4) == 0 ? null : random.Of(Enum.GetValues<T>());
}

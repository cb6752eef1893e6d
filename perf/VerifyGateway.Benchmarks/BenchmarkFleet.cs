using System.Globalization;
using System.Text;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Benchmarks;

/// <summary>The check, the records and the policies that benchmarks work on: always the same.</summary>
internal static class BenchmarkFleet
{
    private const string Acquirer = "48025840";

    /// <summary>10:00 in China on 1 June 2026.</summary>
    public static readonly long Now = new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();

    /// <summary>A sale by credit card at a fixed terminal in its place, of a merchant against whom nothing stands; every fact is known.</summary>
    public static (StatusQuery, TerminalRecord, MerchantRecord) Check()
    {
        var acquirer = Of<AcquirerId>(AcquirerId.TryParse, Acquirer);
        var sn = Of<TerminalSn>(TerminalSn.TryParse, "00005702280117638929");
        var terminalNo = Of<TerminalNo>(TerminalNo.TryParse, "77770291");
        var merchantNo = Of<MerchantNo>(MerchantNo.TryParse, "898440359120003");
        var query = new StatusQuery(acquirer, sn, terminalNo, merchantNo, TransactionKind.Sale)
        {
            AmountMinor = 12_345,
            Place = new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = 31_221_400, LongitudeMicrodegrees = 121_483_500 },
            Payer = new Payer { CardClass = CardClass.Credit, Card = CardCheck.Usable, CardValidToMonth = (2028 * 12) + 5, DayFen = 50_000, DayCount = 2 },
        };
        // Texts of their own, as records and requests have: equal, and not the same object.
        var terminal = new TerminalRecord(
            new TerminalKey(acquirer, Of<TerminalSn>(TerminalSn.TryParse, new string(sn.ToString()))), Of<TerminalNo>(TerminalNo.TryParse, new string(terminalNo.ToString())),
            Of<MerchantNo>(MerchantNo.TryParse, new string(merchantNo.ToString())), TerminalState.Active, 7, [])
        {
            Location = LocationRule.Around(31_221_345, 121_483_520, 500),
        };
        var merchant = new MerchantRecord(new MerchantKey(acquirer, merchantNo), MerchantState.Active, IdentityState.Verified, 0, new DateOnly(2036, 5, 10), [])
        {
            Kind = MerchantKind.SoleTrader,
            Region = Of<RegionCode>(RegionCode.TryParse, "310101"),
            Category = Of<CategoryCode>(CategoryCode.TryParse, "5812"),
            AccountClass = AccountClass.Class2,
            VerifiedAtUnixMs = Now - 400L * 86_400_000,
            OpenedOn = new DateOnly(2024, 3, 1),
            LastActiveOn = new DateOnly(2026, 5, 31),
        };
        return (query, terminal, merchant);
    }

    /// <summary>So many policies: of provinces, cities, categories, kinds of merchant, card and code, acquirers and amounts, of each effect; none stands against <see cref="Check"/>.</summary>
    public static PolicySet Policies(int count) => new() { Policies = [.. Enumerable.Range(0, count).Select(Policy)] };

    public static PolicySnapshot Compile(PolicySet set) =>
        PolicyCompiler.TryCompile(set, out var snapshot, out var errors) ? snapshot : throw new InvalidOperationException(errors[0].ToString());

    /// <summary>The set as a policy file.</summary>
    public static byte[] File(PolicySet set)
    {
        var text = new StringBuilder("{\"policies\": [");
        foreach (var policy in set.Policies)
        {
            text.Append(policy == set.Policies[0] ? "\n" : ",\n").Append(CultureInfo.InvariantCulture, $"  {{\"id\": \"{policy.Id}\", \"effect\": \"{Codes.Of(policy.Effect)}\", \"effective_from\": \"2026-01-01T00:00:00+08:00\", \"document\": \"{policy.Document}\", \"scope\": {{");
            Named(text, "acquirers", policy.Scope.Acquirers.Select(it => it.ToString()));
            Named(text, "regions", policy.Scope.Regions.Select(it => it.ToString()));
            Named(text, "mccs", policy.Scope.Categories.Select(it => it.ToString()));
            Named(text, "merchant_kinds", policy.Scope.MerchantKinds.Select(Codes.Of));
            Named(text, "card_classes", policy.Scope.CardClasses.Select(Codes.Of));
            Named(text, "code_kinds", policy.Scope.CodeKinds.Select(Codes.Of));
            text.Append(CultureInfo.InvariantCulture, $"\"amount_from_fen\": {policy.Scope.AmountFromFen}}}");
            if (policy.Limit is { } limit)
            {
                text.Append(CultureInfo.InvariantCulture, $", \"limit\": {{\"per\": \"{Codes.Of(limit.Per)}\", \"amount_fen\": {limit.AmountFen}}}");
            }

            text.Append('}');
        }

        return Encoding.UTF8.GetBytes(text.Append("\n]}").ToString());
    }

    private static PolicyRule Policy(int i)
    {
        var effect = (i % 5) switch { 0 => PolicyEffect.Warn, 1 => PolicyEffect.Limit, _ => PolicyEffect.Decline };
        // Provinces and categories that are not those of the check; every two hundredth policy is a limit that holds it and is not reached.
        var inScope = i % 200 == 1;
        var scope = new PolicyScope
        {
            Acquirers = i % 7 == 0 ? [Of<AcquirerId>(AcquirerId.TryParse, string.Create(CultureInfo.InvariantCulture, $"{60_000_000 + (i % 200)}"))] : [],
            Regions = inScope ? [Of<RegionCode>(RegionCode.TryParse, "310000")]
                : i % 3 == 0 ? [Of<RegionCode>(RegionCode.TryParse, string.Create(CultureInfo.InvariantCulture, $"44{i % 100:00}00"))] : [],
            Categories = inScope || i % 3 != 1 ? [] : [Of<CategoryCode>(CategoryCode.TryParse, string.Create(CultureInfo.InvariantCulture, $"{(i % 3_000) + 1_000}"))],
            MerchantKinds = inScope || i % 3 != 2 ? [] : [MerchantKind.Micro],
            CardClasses = i % 4 == 0 ? [CardClass.Credit] : [],
            CodeKinds = i % 11 == 0 ? [CodeKind.Static] : [],
            AmountFromFen = i % 13 == 0 ? 100_000 : 0,
        };
        return new PolicyRule(string.Create(CultureInfo.InvariantCulture, $"policy-{i}"), 1, effect, scope, Now - 86_400_000, 0)
        {
            Document = "Made for a benchmark",
            Limit = effect == PolicyEffect.Limit ? new PolicyLimit(LimitPer.PayerDay, 10_000_000, null) : null,
        };
    }

    private static void Named(StringBuilder text, string field, IEnumerable<string> values)
    {
        if (values.Any())
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{field}\": [\"{string.Join("\", \"", values)}\"], ");
        }
    }

    /// <summary>An identifier that is known to be one.</summary>
    public static T Of<T>(Parser<T> parser, string text) =>
        parser(text, out var value, out var broken) ? value : throw new FormatException(broken!.ToString());

    /// <summary>How identifiers are parsed.</summary>
    public delegate bool Parser<T>(string text, out T value, out IdentifierRule? broken);
}

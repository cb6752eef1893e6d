using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Generators of situations in which about everything that a decision looks at may be, near its boundaries more often than not.</summary>
internal static class Situations
{
    private const long DayMs = 86_400_000;

    private static readonly Gen<long> Instant = Gen.Frequency(
        (3, Gen.Choose(-20, 20).Select(ms => Now + ms)), (2, Gen.Choose(-400, 400).Select(day => Now + (day * DayMs))), (1, Gen.Elements(0L, long.MinValue, long.MaxValue, -1L)));

    /// <summary>An instant at which something may be set to begin or end: after 1970.</summary>
    private static readonly Gen<long> SetInstant = Gen.OneOf(Gen.Choose(-20, 20).Select(ms => Now + ms), Gen.Choose(-400, 400).Select(day => Now + (day * DayMs)));

    private static readonly Gen<DateOnly?> AnyDay = Gen.Frequency(
        (3, Gen.Constant<DateOnly?>(null)), (4, Gen.Choose(-800, 800).Select(day => (DateOnly?)Day("2026-06-01").AddDays(day))),
        (1, Gen.Elements<DateOnly?>(DateOnly.MinValue, DateOnly.MaxValue)));

    /// <summary>Any amount or total, often one near a published limit.</summary>
    public static readonly Gen<long> Fen = Gen.Frequency(
        (3, Gen.Constant(0L)), (4, Gen.Elements(1L, 50_000L, 50_001L, 99_999L, 100_000L, 500_000L, 10_000_000L, 20_000_001L)), (2, Gen.Choose(0, 200_000).Select(fen => (long)fen)),
        (1, Gen.Constant(long.MaxValue)));

    /// <summary>Any hold, of kinds that are not known as well.</summary>
    public static Gen<Hold> AnyHold { get; } =
        from kind in Gen.Frequency((9, Gen.Elements(Enum.GetValues<HoldKind>())), (1, Gen.Elements((HoldKind)0, (HoldKind)6, (HoldKind)255)))
        from target in Gen.Elements(Enum.GetValues<HoldTarget>())
        from begins in Instant
        from ends in Instant
        from refundsPass in Gen.Elements(true, false)
        select new Hold(kind, target, begins, ends, refundsPass);

    /// <summary>Any policy, by the given name.</summary>
    public static Gen<PolicyRule> AnyPolicy(string id, params PolicyEffect[] effects) =>
        from effect in Gen.Elements(effects)
        from priority in Gen.Choose(1, 6)
        from begins in SetInstant
        from lasts in Gen.Choose(0, 30)
        from scope in AnyScope
        from per in Gen.Frequency((1, Gen.Constant(LimitPer.PayerDay)), (1, Gen.Elements(Enum.GetValues<LimitPer>())))
        from amount in Fen
        from since in SetInstant
        from graceMs in Gen.Choose(0, 40)
        select new PolicyRule(id, 1, effect, effect == PolicyEffect.RequireReverification ? scope with { TransactionKinds = [.. scope.TransactionKinds.Where(TransactionRules.TakesNewValue)] } : scope, begins, lasts == 0 ? 0 : begins + lasts)
        {
            Priority = priority,
            Limit = effect == PolicyEffect.Limit ? new PolicyLimit(per, amount, per == LimitPer.PayerDay && priority > 3 ? priority : null) : null,
            VerifiedSinceUnixMs = effect == PolicyEffect.RequireReverification ? since : 0,
            ReverifyByUnixMs = effect == PolicyEffect.RequireReverification ? begins + graceMs : 0,
        };

    private static Gen<PolicyScope> AnyScope { get; } =
        from cards in Sometimes(Enum.GetValues<CardClass>())
        from codes in Sometimes(Enum.GetValues<CodeKind>())
        from kinds in Sometimes([.. Enum.GetValues<TransactionKind>().Where(TransactionRules.MayBeRestricted)])
        from least in Gen.Frequency((4, Gen.Constant(0L)), (1, Gen.Constant(100_000L)))
        select new PolicyScope { CardClasses = cards, CodeKinds = codes, TransactionKinds = kinds, AmountFromFen = least };

    private static Gen<AcquirerRules> AnyRules { get; } =
        from missing in Gen.Elements(Enum.GetValues<LocationAction>())
        from elsewhere in Gen.Elements(LocationAction.Decline, LocationAction.Warn)
        from minimum in Gen.Elements(default, Version("2.0"))
        from months in Gen.Elements(0, 1, 3, 12)
        select new AcquirerRules { LocationMissing = missing, OutOfArea = elsewhere, MinimumAppVersion = minimum, IdleReverifyMonths = months };

    /// <summary>Any payer.</summary>
    public static Gen<Payer> AnyPayer { get; } =
        from cardClass in OrNone<CardClass>()
        from card in OrNone<CardCheck>()
        from validTo in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose((2026 * 12) + 3, (2026 * 12) + 7)), (1, Gen.Constant(int.MaxValue)))
        from name in OrNone<PayerCheck>()
        from code in OrNone<CodeKind>()
        from grade in OrNone<AuthGrade>()
        from account in OrNone<AccountClass>()
        from totals in Gen.ListOf(Fen, 7)
        from count in Gen.Choose(0, 7)
        select new Payer
        {
            CardClass = cardClass, Card = card, CardValidToMonth = validTo, RealName = name, Code = code, Grade = grade, Account = account, BalanceTotalFen = totals[0],
            BalanceYearFen = totals[1], BalanceDayFen = totals[2], CodeDayFen = totals[3], DayFen = totals[4], MonthFen = totals[5], YearFen = totals[6], DayCount = count,
        };

    private static Gen<StatusQuery> AnyQuery { get; } =
        from kind in Gen.Frequency((3, Gen.Constant(TransactionKind.Sale)), (4, Gen.Elements(Enum.GetValues<TransactionKind>())), (1, Gen.Elements((TransactionKind)0, (TransactionKind)99)))
        from amount in Fen
        from currency in Gen.Elements(0, 0, 156, 840)
        from place in Gen.Elements(default, new TerminalPlace { HasPoint = true }, new TerminalPlace { Region = Region("440304") }, new TerminalPlace { HasPoint = true, Region = Region("310101") })
        from version in Gen.Elements(default, Version("1.9"), Version("2.0"))
        from proof in Gen.Frequency((9, Gen.Elements<bool?>(null, true)), (1, Gen.Constant<bool?>(false)))
        from batchOf in AnyDay
        from payer in AnyPayer
        select Query(kind) with { AmountMinor = amount, Currency = currency, Place = place, AppVersion = version, SnProof = proof, TransactionsOf = batchOf, Payer = payer };

    private static Gen<TerminalRecord?> AnyTerminal { get; } =
        from state in Gen.Frequency((6, Gen.Constant(TerminalState.Active)), (3, Gen.Elements(Enum.GetValues<TerminalState>())), (1, Gen.Elements((TerminalState)0, (TerminalState)11)))
        from holds in Holds
        from location in Gen.Elements(default, default, LocationRule.Around(0, 0, 10), LocationRule.Around(9_000_000, 9_000_000, 10), LocationRule.Within(Region("440000")))
        from ended in AnyDay
        from no in Gen.Frequency((9, Gen.Constant(TerminalNoText)), (1, Gen.Constant("77770292")))
        from there in Gen.Choose(0, 19)
        select there == 0 ? (TerminalRecord?)null : Terminal(state, holds) with { Location = location, EndedOn = ended, TerminalNo = TerminalNo(no) };

    private static Gen<MerchantRecord?> AnyMerchant { get; } =
        from state in Gen.Frequency((6, Gen.Constant(MerchantState.Active)), (3, Gen.Elements(Enum.GetValues<MerchantState>())), (1, Gen.Elements((MerchantState)0, (MerchantState)9)))
        from identity in Gen.Frequency((5, Gen.Constant(IdentityState.Verified)), (5, Gen.Elements(Enum.GetValues<IdentityState>())), (1, Gen.Constant((IdentityState)77)))
        from holds in Holds
        from instants in Gen.Two(Instant)
        from days in Gen.ListOf(AnyDay, 4)
        from detail in Gen.Frequency((3, OrNone<ReasonDetail>()), (1, Gen.Constant<ReasonDetail?>((ReasonDetail)200)))
        from differs in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from there in Gen.Choose(0, 19)
        select there == 0 ? (MerchantRecord?)null : Merchant(state, identity, holds) with
        {
            ReverifyByUnixMs = instants.Item1, VerifiedAtUnixMs = instants.Item2, DocumentValidTo = days[0], OpenedOn = days[1], LastActiveOn = days[2], EndedOn = days[3],
            Detail = detail, SettlementCardDiffers = differs,
        };

    private static Gen<ImmutableArray<MaintenanceWindow>> Windows { get; } =
        from first in Gen.Choose(-10, 10)
        from gap in Gen.Elements(0, 0, 3)
        from kind in Gen.Elements(Enum.GetValues<WindowKind>())
        from service in Gen.Elements(GatewayService.StatusCheck, GatewayService.StatusCheck, GatewayService.Hold)
        from there in Gen.Choose(0, 3)
        select there != 0 ? [] : ImmutableArray.Create(Window(Now + first, Now + first + 5, service), Window(Now + first + 5 + gap, Now + first + 9 + gap, service, kind));

    /// <summary>Any situation; each part is more often than not one against which nothing stands, so that about half of all go on.</summary>
    public static Gen<Situation> Any { get; } =
        from query in OrFine(Query(), AnyQuery)
        from terminal in OrFine(Terminal(), AnyTerminal)
        from merchant in OrFine(Merchant(), AnyMerchant)
        from rules in OrFine(new AcquirerRules(), AnyRules)
        from policies in Gen.CollectToArray(["a", "b", "c"], id => Gen.Frequency((2, Gen.Constant<PolicyRule?>(null)), (1, AnyPolicy(id, Enum.GetValues<PolicyEffect>()).Select(it => (PolicyRule?)it))))
        from windows in Windows
        select new Situation { Query = query, Terminal = terminal, Merchant = merchant, Rules = rules, Policies = [.. policies.OfType<PolicyRule>()], Windows = windows };

    private static Gen<ImmutableArray<Hold>> Holds => Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 3))).SelectMany(count => Gen.ListOf(AnyHold, count)).Select(holds => holds.ToImmutableArray());

    private static Gen<T> OrFine<T>(T fine, Gen<T> any) => Gen.Frequency((2, Gen.Constant(fine)), (1, any));

    private static Gen<T?> OrNone<T>()
        where T : struct, Enum => Gen.Frequency((3, Gen.Constant<T?>(null)), (2, Gen.Elements(Enum.GetValues<T>()).Select(value => (T?)value)));

    private static Gen<ImmutableArray<T>> Sometimes<T>(T[] values) =>
        Gen.Frequency((4, Gen.Constant(ImmutableArray<T>.Empty)), (1, Gen.Elements(values).Select(value => ImmutableArray.Create(value))));
}

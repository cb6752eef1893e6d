using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Cli.Generating;

/// <summary>Whom merchants belong to, and the card that they are paid to.</summary>
internal sealed record Holder(IdentityRow Identity, CardRow Card, MerchantKind Kind, bool IsGood);

/// <summary>Makes the rows of merchants and terminals in a situation. Holds no state but the specification.</summary>
internal sealed class FleetRows(FleetSpec spec)
{
    private const long DayMs = 86_400_000;

    private static readonly HashKeyId KeyId = Parsed.As<HashKeyId>(TestNumbers.KeyId, HashKeyId.TryParse);

    private static readonly Shares<AccountClass> PersonClasses = new((AccountClass.Class1, 30), (AccountClass.Class2, 50), (AccountClass.Class3, 20));

    private static readonly Shares<AccountClass> TraderClasses = new((AccountClass.Class2, 60), (AccountClass.Class3, 40));

    public Holder Holder(AcquirerId acquirer, int ordinal, MerchantKind kind, int province, Situation situation, ref SplitMix random)
    {
        var number = kind switch
        {
            MerchantKind.Micro => TestNumbers.ResidentId(province, ordinal),
            MerchantKind.SoleTrader => TestNumbers.CreditCode("92", ordinal),
            MerchantKind.Institution => TestNumbers.CreditCode("12", ordinal),
            _ => TestNumbers.CreditCode("91", ordinal),
        };
        var id = Parsed.As<EntityId>(string.Create(CultureInfo.InvariantCulture, $"ID-{ordinal:D9}"), EntityId.TryParse);
        var identity = new IdentityRow(acquirer, id, StateOf(situation.Kind), ReverifyBy(situation.Kind, ref random), ValidTo(situation.Kind, ref random), TestNumbers.MaskOf(number))
        {
            Subject = kind switch
            {
                MerchantKind.Micro => SubjectKind.Person,
                MerchantKind.SoleTrader => SubjectKind.SoleTrader,
                MerchantKind.Institution => SubjectKind.Institution,
                _ => SubjectKind.Enterprise,
            },
            DocumentHash = TestNumbers.HashOf(number),
            DocumentHashKey = KeyId,
        };
        var card = TestNumbers.CardNumber(ordinal);
        return new Holder(identity, new CardRow(acquirer, TestNumbers.HashOf(card), KeyId, TestNumbers.MaskOf(card), id), kind, situation == Situation.Good);
    }

    public static MerchantRow Merchant(MerchantKey key, Holder holder, int city, string category, Situation situation, ref SplitMix random)
    {
        var state = situation.Kind switch
        {
            SituationKind.MerchantProposed => MerchantState.Proposed,
            SituationKind.MerchantWindDown => MerchantState.WindDown,
            SituationKind.MerchantDeregistered => MerchantState.Deregistered,
            _ => MerchantState.Active,
        };
        return new MerchantRow(key, holder.Identity.Id, state, holder.Card.Mask)
        {
            Kind = holder.Kind,
            Region = Parsed.As<RegionCode>(string.Create(CultureInfo.InvariantCulture, $"{city:D4}00"), RegionCode.TryParse),
            Category = Parsed.As<CategoryCode>(category, CategoryCode.TryParse),
            AccountClass = holder.Kind switch
            {
                MerchantKind.Micro => PersonClasses.Pick(ref random),
                MerchantKind.SoleTrader => TraderClasses.Pick(ref random),
                _ => null,
            },
            Card = holder.Card.Fingerprint,
        };
    }

    public static TerminalRow Terminal(MerchantKey merchant, int ordinal, int number, Situation situation, ref SplitMix random)
    {
        var sn = string.Create(CultureInfo.InvariantCulture,
            $"000{FleetShares.Vendors.Pick(ref random):D3}{FleetShares.TerminalTypes.Pick(ref random):D2}TEST{ordinal:D9}");
        var state = situation.Kind switch
        {
            SituationKind.TerminalApplied => TerminalState.Applied,
            SituationKind.TerminalUnderReview => TerminalState.UnderReview,
            SituationKind.TerminalRejected => TerminalState.Rejected,
            SituationKind.TerminalApproved => TerminalState.Approved,
            SituationKind.TerminalDelivered => TerminalState.Delivered,
            SituationKind.TerminalSuspended => TerminalState.Suspended,
            SituationKind.TerminalLost => TerminalState.Lost,
            SituationKind.TerminalReplaced => TerminalState.Replaced,
            SituationKind.TerminalRetired => TerminalState.Retired,
            _ => TerminalState.Active,
        };
        return new TerminalRow(
            new TerminalKey(merchant.Acquirer, Parsed.As<TerminalSn>(sn, TerminalSn.TryParse)),
            Parsed.As<TerminalNo>(number.ToString("D8", CultureInfo.InvariantCulture), TerminalNo.TryParse),
            merchant.No, state);
    }

    public void AddMerchantHold(List<FleetLine> to, MerchantKey key, EntityId identity, int ordinal, Situation situation, ref SplitMix random)
    {
        var onMerchant = HoldSubject.Merchant(key.No);
        var (kind, on, from, until) = situation.Kind switch
        {
            SituationKind.HeldByHolder => (HoldKind.Holder, onMerchant, -Days(1, 60, ref random), 0),
            SituationKind.HeldByRisk => (HoldKind.Risk, onMerchant, -Days(1, 90, ref random), 0),
            SituationKind.IdentityHeldByRisk => (HoldKind.Risk, HoldSubject.Identity(identity), -Days(1, 90, ref random), 0),
            SituationKind.HeldByCourt => (HoldKind.Judicial, onMerchant, -Days(1, 100, ref random), Days(30, 260, ref random)),
            SituationKind.HeldByRegulator => (HoldKind.Regulator, HoldSubject.Identity(identity), -Days(1, 700, ref random), Days(300, 1_100, ref random)),
            SituationKind.HoldEnded => (HoldKind.Risk, onMerchant, -Days(100, 300, ref random), -Days(1, 90, ref random)),
            SituationKind.HoldAhead => (HoldKind.Judicial, onMerchant, Days(200, 500, ref random), Days(600, 700, ref random)),
            _ => default,
        };
        if (kind != default)
        {
            to.Add(Hold(key.Acquirer, "M", ordinal, kind, on, from, until));
        }
    }

    public void AddTerminalHold(List<FleetLine> to, TerminalKey key, int ordinal, Situation situation, ref SplitMix random)
    {
        if (situation.Kind == SituationKind.TerminalHeldByRisk)
        {
            to.Add(Hold(key.Acquirer, "T", ordinal, HoldKind.Risk, HoldSubject.Terminal(key.Sn), -Days(1, 90, ref random), 0));
        }
    }

    private FleetLine Hold(AcquirerId acquirer, string series, int ordinal, HoldKind kind, HoldSubject on, int from, int until)
    {
        var id = Parsed.As<EntityId>(string.Create(CultureInfo.InvariantCulture, $"H{series}-{ordinal:D9}"), EntityId.TryParse);
        return new FleetLine(new HoldRow(acquirer, id, kind, on, InDays(from), until == 0 ? 0 : InDays(until)));
    }

    private static IdentityState StateOf(SituationKind kind) => kind switch
    {
        SituationKind.IdentityNotVerified => IdentityState.NotVerified,
        SituationKind.IdentityRevoked => IdentityState.Revoked,
        SituationKind.IdentityPending => IdentityState.Pending,
        SituationKind.IdentityNeedsInfo => IdentityState.NeedsInfo,
        SituationKind.IdentityRejected => IdentityState.Rejected,
        SituationKind.ReverifyLater or SituationKind.ReverifyPast => IdentityState.ReverifyDue,
        SituationKind.IdentityLapsed => IdentityState.Lapsed,
        _ => IdentityState.Verified,
    };

    private long ReverifyBy(SituationKind kind, ref SplitMix random) => kind switch
    {
        SituationKind.ReverifyLater => InDays(Days(200, 500, ref random)),
        SituationKind.ReverifyPast or SituationKind.IdentityLapsed => InDays(-Days(1, 200, ref random)),
        _ => 0,
    };

    private DateOnly? ValidTo(SituationKind kind, ref SplitMix random) => kind switch
    {
        SituationKind.DocumentExpiring => spec.AsOf.AddDays(Days(5, 25, ref random)),
        SituationKind.DocumentInGrace => spec.AsOf.AddDays(-Days(5, 80, ref random)),
        SituationKind.DocumentExpired => spec.AsOf.AddDays(-Days(100, 1_500, ref random)),
        _ => random.Below(100) < 15 ? null : spec.AsOf.AddDays(Days(400, 7_000, ref random)),
    };

    private long InDays(int days) => spec.AsOfUnixMs + (days * DayMs);

    private static int Days(int least, int most, ref SplitMix random) => least + random.Below(most - least + 1);
}

using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Rows of all kinds with few names, so that they meet each other, and all fields in use; some of them break a rule.</summary>
internal sealed class RandomRows(Random random)
{
    private static readonly string[] Ids = ["ID-1", "ID-2", "id-1", "Id.9", "_"];
    private static readonly string[] Acquirers = [Make.Acquirer1, Make.Acquirer2, "01020000000"];

    /// <summary>One to four rows of one write, with at most one matter.</summary>
    public object[] Next() => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Row()), .. random.Next(4) == 0 ? [Document()] : Array.Empty<object>()];

    private object Row() => random.Next(12) switch
    {
        0 => new AcquirerRow(Acquirer(), Make.Id($"ACQ-{random.Next(3)}"), (AcquirerKind)random.Next(1, 3)),
        1 or 2 => Identity(),
        3 => new CardRow(Acquirer(), Hash(5, 8), KeyOf("k1"), Make.Mask($"622202******{random.Next(3):D4}"), Id()),
        4 or 5 or 6 => Merchant(),
        7 => Hold(),
        _ => Terminal(),
    };

    private IdentityRow Identity()
    {
        var state = (IdentityState)(random.Next(40) == 0 ? 9 : random.Next(1, 9));
        var (hasDocument, hasPhone) = (random.Next(2) == 0, random.Next(2) == 0);
        return new IdentityRow(Acquirer(), Id(), state, state == IdentityState.ReverifyDue ? random.NextInt64(0, 2) * long.MaxValue : 0, Day(), Make.Mask($"110101********{random.Next(3):D4}"))
        {
            Subject = random.Next(2) == 0 ? null : (SubjectKind)random.Next(1, 5),
            DocumentHash = hasDocument ? Hash(1, 3) : default,
            DocumentHashKey = hasDocument ? KeyOf("k1") : default,
            PhoneHash = hasPhone ? Hash(3, 5) : default,
            PhoneHashKey = hasPhone || random.Next(30) == 0 ? KeyOf("k-2") : default,
            VerifiedAtUnixMs = random.Next(2) == 0 ? 0 : random.NextInt64(1, long.MaxValue),
            Detail = random.Next(2) == 0 ? null : ReasonDetail.NameIdMismatch,
        };
    }

    private MerchantRow Merchant() => new(new MerchantKey(Acquirer(), Make.MerchantNo(random.Next(1, 5))), Id(), (MerchantState)random.Next(1, 5), Make.Mask($"622202******{random.Next(3):D4}"))
    {
        Kind = random.Next(2) == 0 ? null : (MerchantKind)random.Next(1, 6),
        Region = random.Next(2) == 0 && RegionCode.TryParse("310101", out var region, out _) ? region : default,
        Category = random.Next(2) == 0 && CategoryCode.TryParse("5812", out var category, out _) ? category : default,
        AccountClass = random.Next(2) == 0 ? null : (AccountClass)random.Next(1, 4),
        Card = random.Next(3) == 0 ? Hash(5, 8) : default,
        CardDiffers = random.Next(2) == 0,
        OpenedOn = Day(),
        LastActiveOn = Day(),
        EndedOn = Day(),
    };

    private TerminalRow Terminal() => new(new TerminalKey(Acquirer(), Make.Sn(random.Next(1, 7))), Make.TerminalNo(random.Next(1, 4)), Make.MerchantNo(random.Next(1, 5)), (TerminalState)random.Next(1, 11))
    {
        Location = random.Next(4) switch
        {
            0 => LocationRule.Around(random.Next(-90_000_000, 90_000_001), random.Next(-180_000_000, 180_000_001), random.Next(2) * int.MaxValue),
            1 when RegionCode.TryParse("440300", out var region, out _) => LocationRule.Within(region),
            2 when random.Next(8) == 0 => LocationRule.Around(90_000_001, 0, 0),
            _ => default,
        },
        EndedOn = Day(),
    };

    private HoldRow Hold()
    {
        var kind = (HoldKind)random.Next(1, 6);
        HoldSubject[] targets = [HoldSubject.Identity(Id()), HoldSubject.Merchant(Make.MerchantNo(random.Next(1, 5))), HoldSubject.Terminal(Make.Sn(random.Next(1, 7))), HoldSubject.Card(Hash(5, 8))];
        var from = random.Next(3) == 0 ? long.MaxValue - 1 : random.Next(0, 3);
        var lifted = random.Next(3);
        return new HoldRow(Acquirer(), Make.Id($"H-{random.Next(8)}"), kind, targets[random.Next(4)], from, random.Next(3) switch { 0 => 0, 1 => long.MaxValue, _ => 2 })
        {
            RefundsPass = kind == HoldKind.Risk && random.Next(2) == 0,
            Authority = random.Next(2) == 0 ? HoldRules.All.First(rule => rule.Kind == kind).Authority : null,
            DocumentNo = random.Next(2) == 0 ? "" : "(2026)\u6caa01\u6267\u4fdd12\u53f7 'quoted'",
            Organ = random.Next(2) == 0 ? "" : new string('o', 64),
            Reason = random.Next(2) == 0 ? "" : new string('\u51bb', 512),
            PlacedBy = "placer",
            PlacedAtUnixMs = random.NextInt64(0, long.MaxValue),
            LiftedBy = lifted > 0 ? "lifter" : "",
            LiftDocumentNo = lifted > 0 ? "(2026)\u6caa01" : "",
            LiftedAtUnixMs = lifted,
            Renewals = random.Next(2) * 1_000_000,
        };
    }

    private DocumentRow Document()
    {
        var kind = (DocumentKind)random.Next(1, 6);
        var acquirer = kind is DocumentKind.Policy or DocumentKind.MaintenanceWindow && random.Next(2) == 0 ? default : Acquirer();
        var subject = kind switch
        {
            DocumentKind.Case => Id().ToString(),
            DocumentKind.Deregistration => Make.MerchantNo(random.Next(1, 5)).ToString(),
            DocumentKind.Receipt => $"D-{random.Next(3)}",
            _ => "a subject: 'quoted'; 商户",
        };
        var state = kind switch { DocumentKind.Case => random.Next(1, 16), DocumentKind.Deregistration => random.Next(1, 14), DocumentKind.Receipt => 1, _ => random.Next(1, 5) };
        return new DocumentRow(new DocumentKey(kind, acquirer, Make.Id($"{"?CDRPW"[(int)kind]}-{random.Next(3)}")), subject, (byte)state, random.Next(3), random.Next(2) == 0 ? 0 : 10, "{\"n\":" + random.Next(3) + ", \"s\":\"商户\\u0000\"}");
    }

    private AcquirerId Acquirer() => Make.Acquirer(Acquirers[random.Next(8) == 0 ? 1 + random.Next(2) : 0]);

    private EntityId Id() => Make.Id(Ids[random.Next(Ids.Length)]);

    private DateOnly? Day() => random.Next(5) switch { 0 => DateOnly.MinValue, 1 => DateOnly.MaxValue, 2 => new DateOnly(2024, 2, 29), _ => null };

    private KeyedHash Hash(int from, int to) => KeyedHash.Of([.. Enumerable.Repeat((byte)random.Next(from, to), KeyedHash.Size)]);

    private static HashKeyId KeyOf(string text) => HashKeyId.TryParse(text, out var key, out _) ? key : default;
}

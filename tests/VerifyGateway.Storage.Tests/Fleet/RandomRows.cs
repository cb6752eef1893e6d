using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Fleet;

/// <summary>Random rows that a store takes, each fact of which is missing at times and takes the ends of its range at others.</summary>
internal sealed class RandomRows(Random random)
{
    private const string Digits = "0123456789";
    private const string Letters = Digits + "ABCXYZabcxyz";

    private static readonly long LastInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private delegate bool Parser<T>(string text, out T value, out IdentifierRule? broken);

    public AcquirerRow Acquirer() => new(AcquirerId(), Id(), Of<AcquirerKind>());

    public IdentityRow Identity()
    {
        var (document, phone) = (HashOrNone(), HashOrNone());
        var state = Of<IdentityState>();
        return new IdentityRow(AcquirerId(), Id(), state, state == IdentityState.ReverifyDue ? Time(1) : Maybe() ? Time(0) : 0, DayOrNone(), MaskOrNone())
        {
            Subject = CodeOrNone<SubjectKind>(),
            DocumentHash = document,
            DocumentHashKey = document.IsEmpty ? default : KeyId(),
            PhoneHash = phone,
            PhoneHashKey = phone.IsEmpty ? default : KeyId(),
            VerifiedAtUnixMs = Maybe() ? Time(0) : 0,
            Detail = CodeOrNone<ReasonDetail>(),
        };
    }

    public CardRow Card() => new(AcquirerId(), Hash(), KeyId(), MaskOrNone(), Id());

    public MerchantRow Merchant() => new(new MerchantKey(AcquirerId(), MerchantNo()), Id(), Of<MerchantState>(), MaskOrNone())
    {
        Kind = CodeOrNone<MerchantKind>(),
        Region = Maybe() ? Region() : default,
        Category = Maybe() ? Parse<CategoryCode>(CategoryCode.TryParse, Text(Digits, 4)) : default,
        AccountClass = CodeOrNone<AccountClass>(),
        Card = HashOrNone(),
        CardDiffers = Maybe(),
        OpenedOn = DayOrNone(),
        LastActiveOn = DayOrNone(),
        EndedOn = DayOrNone(),
    };

    public TerminalRow Terminal() =>
        new(new TerminalKey(AcquirerId(), TerminalSn()), Parse<TerminalNo>(TerminalNo.TryParse, "A" + Text(Letters, 7)), MerchantNo(), Of<TerminalState>())
        {
            Location = random.Next(3) switch
            {
                0 => default,
                1 => LocationRule.Around(Angle(90_000_000), Angle(180_000_000), One(0, int.MaxValue, random.Next(1_000))),
                _ => LocationRule.Within(Region()),
            },
            EndedOn = DayOrNone(),
        };

    public HoldRow Hold()
    {
        var kind = Of<HoldKind>();
        var from = Time(0);
        var on = random.Next(4) switch
        {
            0 => HoldSubject.Identity(Id()),
            1 => HoldSubject.Merchant(MerchantNo()),
            2 => HoldSubject.Card(KeyedHash.Of([.. Enumerable.Range(0, KeyedHash.Size).Select(_ => (byte)random.Next(256))])),
            _ => HoldSubject.Terminal(TerminalSn()),
        };
        var lifted = Maybe() ? Time(1) : 0;
        var until = lifted > 0 && from > 0 && random.Next(4) == 0 ? from : from < LastInstant && Maybe() ? Time(from + 1) : 0;
        return new HoldRow(AcquirerId(), Id(), kind, on, from, until)
        {
            RefundsPass = kind == HoldKind.Risk && Maybe(),
            Authority = Maybe() ? HoldRules.All.First(rule => rule.Kind == kind).Authority : null,
            DocumentNo = Line(128),
            Organ = Line(64),
            Reason = Line(512),
            PlacedBy = Line(192),
            PlacedAtUnixMs = Maybe() ? Time(1) : 0,
            LiftedBy = lifted > 0 ? Line(192) : "",
            LiftDocumentNo = lifted > 0 ? Line(128) : "",
            LiftedAtUnixMs = lifted,
            Renewals = One(0, 1, 1_000_000),
        };
    }

    /// <summary>Nothing, something that JSON writes in a way of its own, or as many characters as there may be.</summary>
    private string Line(int most) => One("", "(2026)\u6caa01\u6267\u4fdd12\u53f7 \"\\<>&'+", new string('\u51bb', most));

    private static T Parse<T>(Parser<T> parser, string text) => parser(text, out var value, out var broken) ? value : throw new ArgumentException($"{text}: {broken}");

    private bool Maybe() => random.Next(2) == 0;

    private T One<T>(params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    private T Of<T>()
        where T : struct, Enum => One<T>(Enum.GetValues<T>());

    private T? CodeOrNone<T>()
        where T : struct, Enum => Maybe() ? Of<T>() : null;

    private string Text(string alphabet, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private int Angle(int most) => One(-most, most, 0, random.Next(-20, 20), random.Next(-most, most + 1));

    private long Time(long least) => One(least, LastInstant, random.NextInt64(least, LastInstant + 1), least >= 2_000_000_000_000 ? least : random.NextInt64(least, 2_000_000_000_000));

    private DateOnly? DayOrNone() => random.Next(4) switch
    {
        0 => null,
        1 => One(DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2024, 2, 29)),
        _ => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
    };

    private KeyedHash Hash()
    {
        var bytes = new byte[KeyedHash.Size];
        random.NextBytes(bytes);
        return KeyedHash.Of(bytes);
    }

    private KeyedHash HashOrNone() => Maybe() ? Hash() : default;

    private HashKeyId KeyId() => Parse<HashKeyId>(HashKeyId.TryParse, Text(Letters + "-", random.Next(1, 17)));

    private Mask MaskOrNone() => Maybe() ? Make.Mask(Text(Letters, random.Next(6)) + "****" + Text(Letters, random.Next(6))) : default;

    private EntityId Id() => Make.Id("I" + Text(Letters + ".-_", random.Next(64)));

    private AcquirerId AcquirerId() => Make.Acquirer(Text(Digits, random.Next(8, 12)));

    private MerchantNo MerchantNo() => Parse<MerchantNo>(Domain.Identifiers.MerchantNo.TryParse, Text(Letters, 15));

    private TerminalSn TerminalSn() => Make.Sn("9" + Text(Digits, 5) + One("01", "02", "10", "13") + Text(Letters + "-", random.Next(1, 43)));

    private RegionCode Region() => Parse<RegionCode>(RegionCode.TryParse, One("11", "31", "50", "65", "83") + Text(Digits, 4));
}

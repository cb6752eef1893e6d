using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// A check that was read where its bytes are. Only what is valid and plain is taken: <see cref="CheckParser"/> takes all that this takes,
/// with the same meaning, and says of the rest what is wrong with it.
/// </summary>
internal struct PlainCheck
{
    private Place _correlationId;
    private Place _acquirer;
    private Place _sn;
    private Place _merchant;
    private StatusQuery _query;

    /// <summary>The check. Its serial number is in <see cref="TerminalIn"/> alone.</summary>
    [UnscopedRef]
    public readonly ref readonly StatusQuery Query => ref _query;

    /// <summary>The revision that the answer must know.</summary>
    public long AtLeastRevision { get; private set; }

    /// <summary>True when the line for the screen is to be in English.</summary>
    public bool IsEnglish { get; private set; }

    /// <summary>What is returned as it is.</summary>
    public readonly ReadOnlySpan<byte> CorrelationIdIn(ReadOnlySpan<byte> message) => _correlationId.In(message);

    /// <summary>Name of the terminal record.</summary>
    public readonly RecordName TerminalIn(ReadOnlySpan<byte> message) => new(_acquirer.In(message), _sn.In(message));

    /// <summary>Name of the merchant record.</summary>
    public readonly RecordName MerchantIn(ReadOnlySpan<byte> message) => new(_acquirer.In(message), _merchant.In(message));

    /// <summary>The names of both records, for those who do not look for their bytes.</summary>
    public readonly PairKey KeyIn(ReadOnlySpan<byte> message) =>
        TerminalSn.TryParse(Encoding.ASCII.GetString(_sn.In(message)), out var sn, out _)
            ? new PairKey(new TerminalKey(_query.Acquirer, sn), _query.MerchantKey) : throw new InvalidOperationException("The check has changed.");

    /// <summary>Reads a check; false when it is not a plain and valid one that this caller may ask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryRead(ReadOnlySpan<byte> message, Caller caller, AcquirerIds acquirers, ref PlainCheck check)
    {
        (check._correlationId, check.AtLeastRevision, check.IsEnglish) = (default, 0, false);
        ReadOnlySpan<byte> acquirerText = default, sn = default, no = default, merchant = default;
        var (kind, amount, currency, version, day) = (0L, 0L, 0, default(AppVersion), 0);
        TerminalPlace place = default;
        PlainCard card = default;
        Domain.Deciding.Payer payer = default;
        var from = new WireReader(message);
        for (var field = from.Next(); field != 0; field = from.Next())
        {
            switch (field)
            {
                case CheckStatusRequest.CorrelationIdFieldNumber: check._correlationId = Place.Of(from.Text(CheckParser.LongestCorrelationId), message); break;
                // Of these every character is looked at below.
                case CheckStatusRequest.AcquirerIdFieldNumber: acquirerText = from.Bytes(11); break;
                case CheckStatusRequest.TerminalSnFieldNumber: sn = from.Bytes(50); break;
                case CheckStatusRequest.TerminalNoFieldNumber: no = from.Bytes(8); break;
                case CheckStatusRequest.MerchantNoFieldNumber: merchant = from.Bytes(15); break;
                case CheckStatusRequest.TransactionKindFieldNumber: kind = from.UpTo((long)V1.TransactionKind.TopUp); break;
                case CheckStatusRequest.AmountMinorFieldNumber: amount = from.UpTo(long.MaxValue); break;
                case CheckStatusRequest.CurrencyFieldNumber: currency = (int)from.UpTo(999); break;
                case CheckStatusRequest.CardFieldNumber: card = PlainCard.Read(ref from); break;
                case CheckStatusRequest.LocationFieldNumber: place = ReadPlace(ref from); break;
                case CheckStatusRequest.AppVersionFieldNumber: version = ReadVersion(from.Text(CheckParser.LongestAppVersion)); break;
                case CheckStatusRequest.SnProofFieldNumber: from.Bytes(CheckParser.LongestSnProof); break;
                case CheckStatusRequest.TraceFieldNumber: ReadTrace(ref from); break;
                case CheckStatusRequest.AtLeastRevisionFieldNumber: check.AtLeastRevision = from.UpTo(long.MaxValue); break;
                case CheckStatusRequest.LocaleFieldNumber: check.IsEnglish = from.UpTo((long)Locale.En) == (long)Locale.En; break;
                case CheckStatusRequest.PayerFieldNumber: payer = ReadPayer(ref from); break;
                case CheckStatusRequest.TransactionsOfFieldNumber: day = from.Int32(); break;
                // An explanation is for people, and whatever else is not known here.
                default: from.Refuse(); break;
            }
        }

        if (from.IsOdd || caller.Terminal is not null || !TerminalSn.IsOne(sn) || !TerminalNo.TryRead(no, out var terminalNo)
            || !MerchantNo.TryRead(merchant, out var merchantNo) || !acquirers.TryRead(acquirerText, out var acquirer)
            || (caller.Acquirer is { } own && own != acquirer) || !CheckParser.TryReadDay(day, out var transactionsOf))
        {
            return false;
        }

        check._query = new StatusQuery(acquirer, default, terminalNo, merchantNo, (Domain.Deciding.TransactionKind)(byte)kind)
        {
            AmountMinor = amount,
            Currency = currency,
            Place = place,
            AppVersion = version,
            TransactionsOf = transactionsOf,
            Payer = payer with { CardClass = card.Class, Card = card.Check, CardValidToMonth = card.ValidToMonth },
        };
        (check._acquirer, check._sn, check._merchant) = (Place.Of(acquirerText, message), Place.Of(sn, message), Place.Of(merchant, message));
        return true;
    }

    private static TerminalPlace ReadPlace(ref WireReader parent)
    {
        var (latitude, longitude, isRegionOnly, region) = (0, 0, false, default(RegionCode));
        var from = parent.Message();
        for (var field = from.Next(); field != 0; field = from.Next())
        {
            switch (field)
            {
                case Location.LatitudeMicrodegreesFieldNumber: latitude = Within(ref from, 90_000_000); break;
                case Location.LongitudeMicrodegreesFieldNumber: longitude = Within(ref from, 180_000_000); break;
                case Location.RegionFieldNumber: region = ReadRegion(ref from); break;
                case Location.RegionOnlyFieldNumber: isRegionOnly = from.UpTo(1) != 0; break;
                default: from.Refuse(); break;
            }
        }

        RefuseIf(ref parent, from.IsOdd);
        return new TerminalPlace { HasPoint = !isRegionOnly, LatitudeMicrodegrees = latitude, LongitudeMicrodegrees = longitude, Region = region };

        static int Within(ref WireReader from, int most)
        {
            var degrees = from.Int32();
            RefuseIf(ref from, degrees < -most || degrees > most);
            return degrees;
        }

        static RegionCode ReadRegion(ref WireReader from)
        {
            var text = from.Text(6);
            RegionCode region = default;
            RefuseIf(ref from, !text.IsEmpty && !RegionCode.TryRead(text, out region));
            return region;
        }
    }

    private static AppVersion ReadVersion(ReadOnlySpan<byte> text)
    {
        Span<char> letters = stackalloc char[CheckParser.LongestAppVersion];
        for (var at = 0; at < text.Length; at++)
        {
            letters[at] = (char)text[at];
        }

        return AppVersion.TryParse(letters[..text.Length], out var version, out _) ? version : default;
    }

    private static void ReadTrace(ref WireReader parent)
    {
        var from = parent.Message();
        for (var field = from.Next(); field != 0; field = from.Next())
        {
            var text = from.Text(6);
            RefuseIf(ref from, field > Trace.StanFieldNumber || text.Length is not (0 or 6) || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'));
        }

        RefuseIf(ref parent, from.IsOdd);
    }

    private static Domain.Deciding.Payer ReadPayer(ref WireReader parent)
    {
        Span<long> stated = stackalloc long[V1.Payer.DayCountFieldNumber + 1];
        stated.Clear();
        var from = parent.Message();
        for (var field = from.Next(); field != 0; field = from.Next())
        {
            var most = field switch
            {
                V1.Payer.RealNameFieldNumber => (long)V1.PayerCheck.Mismatch,
                V1.Payer.CodeKindFieldNumber => (long)V1.CodeKind.Dynamic,
                V1.Payer.AuthGradeFieldNumber => (long)V1.AuthGrade.C,
                V1.Payer.AccountClassFieldNumber => (long)V1.AccountClass.Class3,
                V1.Payer.DayCountFieldNumber => int.MaxValue,
                _ => long.MaxValue,
            };
            if (field > V1.Payer.DayCountFieldNumber)
            {
                from.Refuse();
                break;
            }

            stated[field] = from.UpTo(most);
        }

        RefuseIf(ref parent, from.IsOdd);
        return new Domain.Deciding.Payer
        {
            RealName = CheckParser.Stated<Domain.Deciding.PayerCheck>((int)stated[V1.Payer.RealNameFieldNumber]),
            Code = CheckParser.Stated<Domain.Deciding.CodeKind>((int)stated[V1.Payer.CodeKindFieldNumber]),
            Grade = CheckParser.Stated<Domain.Deciding.AuthGrade>((int)stated[V1.Payer.AuthGradeFieldNumber]),
            Account = CheckParser.Stated<Domain.Records.AccountClass>((int)stated[V1.Payer.AccountClassFieldNumber]),
            BalanceTotalFen = stated[V1.Payer.BalanceTotalFenFieldNumber],
            BalanceYearFen = stated[V1.Payer.BalanceYearFenFieldNumber],
            BalanceDayFen = stated[V1.Payer.BalanceDayFenFieldNumber],
            CodeDayFen = stated[V1.Payer.CodeDayFenFieldNumber],
            DayFen = stated[V1.Payer.DayFenFieldNumber],
            MonthFen = stated[V1.Payer.MonthFenFieldNumber],
            YearFen = stated[V1.Payer.YearFenFieldNumber],
            DayCount = (int)stated[V1.Payer.DayCountFieldNumber],
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RefuseIf(ref WireReader from, bool isWrong)
    {
        if (isWrong)
        {
            from.Refuse();
        }
    }

    /// <summary>Where in a message something lies: many checks may be read before the first is looked up, and spans cannot be kept.</summary>
    private readonly record struct Place(int Start, int Length)
    {
        public static Place Of(ReadOnlySpan<byte> part, ReadOnlySpan<byte> message) =>
            part.IsEmpty ? default : new((int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(message), ref MemoryMarshal.GetReference(part)), part.Length);

        public ReadOnlySpan<byte> In(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
    }

    /// <summary>What the decision looks at of a payer's card.</summary>
    private readonly record struct PlainCard(Domain.Deciding.CardClass? Class, Domain.Deciding.CardCheck? Check, int ValidToMonth)
    {
        public static PlainCard Read(ref WireReader parent)
        {
            var (kind, check, month) = (0, 0, 0);
            var from = parent.Message();
            for (var field = from.Next(); field != 0; field = from.Next())
            {
                switch (field)
                {
                    case PayerCard.CardClassFieldNumber: kind = (int)from.UpTo((long)V1.CardClass.Prepaid); break;
                    case PayerCard.FingerprintFieldNumber: RefuseIf(ref from, from.Bytes(32).Length is not (0 or >= 16)); break;
                    case PayerCard.CheckFieldNumber: check = (int)from.UpTo((long)V1.CardCheck.Invalid); break;
                    case PayerCard.ValidToMonthFieldNumber: month = from.Int32(); break;
                    default: from.Refuse(); break;
                }
            }

            RefuseIf(ref parent, !CheckParser.TryReadMonth(month, out var validTo) || from.IsOdd);
            return new PlainCard(CheckParser.Stated<Domain.Deciding.CardClass>(kind), CheckParser.Stated<Domain.Deciding.CardCheck>(check), validTo);
        }
    }
}

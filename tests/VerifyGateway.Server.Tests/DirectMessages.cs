using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>
/// Checks as bytes: valid ones over all fields and their edges, and such as no usual writer writes. What is wrong with one is wrong in one
/// or two places, so that it passes what comes before.
/// </summary>
internal sealed class DirectMessages(Random random, IReadOnlyList<DirectPair> pairs)
{
    private static readonly long[] Amounts = [0, 1, 127, 128, 49_999, 50_000, 50_001, 100_000, 500_000, 10_000_000, 20_000_001, int.MaxValue, 1L << 32, long.MaxValue];

    /// <summary>A message: of ten, seven are valid, and the others broken in some way.</summary>
    public byte[] Next()
    {
        var request = Valid();
        switch (random.Next(20))
        {
            case < 14:
                return request.ToByteArray();
            case < 17:
                Spoil(request);
                return request.ToByteArray();
            default:
                return Mutated(request.ToByteArray());
        }
    }

    /// <summary>A check that is valid.</summary>
    public CheckStatusRequest Valid()
    {
        var pair = pairs[random.Next(pairs.Count)];
        var request = new CheckStatusRequest
        {
            AcquirerId = pair.Acquirer, TerminalSn = pair.Sn, TerminalNo = pair.No, MerchantNo = pair.Merchant,
            TransactionKind = Rarely() ? (TransactionKind)random.Next(12) : random.Next(2) == 0 ? TransactionKind.Sale : TransactionKind.Refund,
        };
        if (Mostly())
        {
            request.CorrelationId = Text(Of(1, 8, 36, 63, 64));
        }

        if (Mostly())
        {
            (request.AmountMinor, request.Currency) = (Of(Amounts), Of(0, 0, 156, 840, 1, 999));
        }

        if (Rarely())
        {
            request.AppVersion = Of("1.0", "2.0.1", "65535.65535.65535.65535", "0", "1.2.3.4.5", "x", "3.1.0-beta", "00000000000000000001.0", " 1.0", Text(32));
        }

        if (Rarely())
        {
            request.SnProof = Bytes(Of(0, 1, 32, 64));
        }

        if (Rarely())
        {
            request.Trace = new Trace { BatchNo = Of("", "000001", "999999"), Stan = Of("", "123456") };
        }

        if (Rarely())
        {
            request.AtLeastRevision = Of(0, 1, 9, 10, 10, 10);
        }

        if (random.Next(2) == 0)
        {
            request.Locale = (Locale)random.Next(3);
        }

        if (Rarely())
        {
            request.TransactionsOf = Of(20260531, 20260601, 20260602, 10101, 99991231, 20240229);
        }

        Optional(request);
        return request;
    }

    private void Optional(CheckStatusRequest request)
    {
        if (Rarely())
        {
            request.Card = new PayerCard { CardClass = (CardClass)random.Next(5), Fingerprint = Bytes(Of(0, 16, 32, 20)), Check = (CardCheck)random.Next(4), ValidToMonth = Of(0, 0, 202605, 202606, 202607, 101, 999912) };
        }

        if (Rarely())
        {
            request.Location = new Location
            {
                LatitudeMicrodegrees = Of(0, -90_000_000, 90_000_000, random.Next(-90_000_000, 90_000_000)), LongitudeMicrodegrees = Of(0, -180_000_000, 180_000_000, random.Next(-180_000_000, 180_000_000)),
                Region = Of("", "110000", "440304", "440300", "310101"), RegionOnly = random.Next(3) == 0,
            };
        }

        if (Rarely())
        {
            request.Payer = new Payer { RealName = (PayerCheck)random.Next(4), CodeKind = (CodeKind)random.Next(3), AuthGrade = (AuthGrade)random.Next(4), AccountClass = (AccountClass)random.Next(4) };
            if (Mostly())
            {
                (request.Payer.BalanceTotalFen, request.Payer.BalanceYearFen, request.Payer.BalanceDayFen, request.Payer.CodeDayFen) = (Of(Amounts), Of(Amounts), Of(Amounts), Of(Amounts));
                (request.Payer.DayFen, request.Payer.MonthFen, request.Payer.YearFen, request.Payer.DayCount) = (Of(Amounts), Of(Amounts), Of(Amounts), Of(0, 1, 5, 6, int.MaxValue));
            }
        }
    }

    /// <summary>Puts one field out of its range, by the writer of the contract.</summary>
    private void Spoil(CheckStatusRequest request)
    {
        switch (random.Next(24))
        {
            case 0: request.CorrelationId = Of(Text(65), new string('汉', 21), "é", new string('é', 33), "\0", "\u007f", "a\u0080"); break;
            case 1: request.AcquirerId = Of("", "1", "0102000", "010200000001", "0102000x", "０１０２００００", "01020001", " 1020000"); break;
            case 2: request.TerminalSn = Of("", "00005702", new string('1', 51), "0000000212", "0000571412", "00005700a", "x00057021", "00005702é", "000057022_"); break;
            case 3: request.TerminalNo = Of("", "00000000", "1234567", "123456789", "1234567 ", "1234-678", "é234567"); break;
            case 4: request.MerchantNo = Of("", request.MerchantNo + " ", request.MerchantNo + "        ", "89844030000001", "8984403000000111", "89844030000001 ", "89844030-000001"); break;
            case 5: request.TransactionKind = (TransactionKind)Of(-1, 12, 256, int.MaxValue, int.MinValue, 257); break;
            case 6: request.AmountMinor = Of(-1L, long.MinValue); break;
            case 7: request.Currency = Of(-1, 1_000, int.MinValue, int.MaxValue); break;
            case 8: (request.Card ??= new()).CardClass = (CardClass)Of(-1, 5, 256, 257); break;
            case 9: (request.Card ??= new()).Fingerprint = Bytes(Of(1, 15, 33)); break;
            case 10: (request.Card ??= new()).Check = (CardCheck)Of(-1, 4, 256); break;
            case 11: (request.Card ??= new()).ValidToMonth = Of(-1, 1, 202600, 202613, int.MinValue, 1_000_001, -202601); break;
            case 12: (request.Location ??= new()).LatitudeMicrodegrees = Of(-90_000_001, 90_000_001, int.MinValue); break;
            case 13: (request.Location ??= new()).LongitudeMicrodegrees = Of(-180_000_001, 180_000_001, int.MaxValue); break;
            case 14: (request.Location ??= new()).Region = Of("990000", "4403", "4403044", "44030é", "000000", "44 304"); break;
            case 15: request.AppVersion = Of(Text(33), "é", "1\0"); break;
            case 16: request.SnProof = Bytes(65); break;
            case 17: (request.Trace ??= new()).BatchNo = Of("1", "1234567", "12345a", "12345é", "１２３４５６"); break;
            case 18: request.AtLeastRevision = Of(-1, 11, long.MaxValue); break;
            case 19: request.Locale = (Locale)Of(-1, 3, 256); break;
            case 20: request.Explain = true; break;
            case 21: request.TransactionsOf = Of(-1, 1, 20260229, 20261301, 20260100, int.MinValue, 100_000_101); break;
            case 22: (request.Payer ??= new()).RealName = (PayerCheck)Of(-1, 4, 256); break;
            default: (request.Payer ??= new()).DayCount = Of(-1, int.MinValue); break;
        }
    }

    /// <summary>Bytes that the writer of the contract does not make.</summary>
    private byte[] Mutated(byte[] message) => random.Next(12) switch
    {
        0 => message[..random.Next(message.Length)],
        1 or 2 => Changed(message),
        3 => [.. message, .. DirectWire.AnyField(random)],
        4 => [.. DirectWire.AnyField(random), .. message],
        5 => DirectWire.Shuffled(random, message),
        6 => DirectWire.Repeated(random, message),
        7 => DirectWire.Overlong(random, message),
        8 => DirectWire.Overlong(random, Changed(message)),
        9 => DirectWire.Within(random, message, inner => [.. inner, .. DirectWire.AnyField(random)]),
        10 => DirectWire.Within(random, message, inner => DirectWire.Overlong(random, inner)),
        _ => DirectWire.WithDefaults(random, message),
    };

    private byte[] Changed(byte[] message)
    {
        message = [.. message];
        message[random.Next(message.Length)] = (byte)random.Next(256);
        return message;
    }

    private bool Rarely() => random.Next(4) == 0;

    private bool Mostly() => random.Next(4) > 0;

    private T Of<T>(params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    private string Text(int length) => string.Concat(random.GetItems<char>("abcdefXYZ0189-_:/ ~", length));

    private ByteString Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}

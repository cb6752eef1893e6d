using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>Good terminals, each of a merchant of its own, and the checks that ask for them.</summary>
internal static class Fleet
{
    public const string Acquirer = "01020000";

    /// <summary>Writes a fleet file.</summary>
    public static void Write(string path, int terminals)
    {
        using var lines = new StreamWriter(path);
        lines.WriteLine("""{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-FLEET","state":"VERIFIED","document_valid_to":null,"holder_mask":"000000********0001"}""");
        for (var i = 0; i < terminals; i++)
        {
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"merchant","acquirer_id":"01020000","merchant_no":"{{MerchantOf(i)}}","identity_id":"ID-FLEET","state":"ACTIVE","settlement_card_mask":"999999******0001"}"""));
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"terminal","acquirer_id":"01020000","terminal_sn":"{{SnOf(i)}}","terminal_no":"{{NoOf(i)}}","merchant_no":"{{MerchantOf(i)}}","state":"ACTIVE"}"""));
        }
    }

    public static string MerchantOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"8984403L{terminal:D7}");

    public static CheckStatusRequest Check(int terminal) => new()
    {
        AcquirerId = Acquirer, TerminalSn = SnOf(terminal), TerminalNo = NoOf(terminal), MerchantNo = MerchantOf(terminal), TransactionKind = TransactionKind.Sale,
    };

    /// <summary>Checks of terminals from one on, framed as gRPC does.</summary>
    public static byte[][] Bodies(int first, int count) => [.. Enumerable.Range(first, count).Select(static it => Body(Check(it)))];

    public static byte[] Body(CheckStatusRequest check)
    {
        var message = check.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    private static string SnOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"0000570228L{terminal:D8}");

    private static string NoOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"L{terminal:D7}");
}

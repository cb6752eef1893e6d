using System.Globalization;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>Good artificial terminals, each of a merchant of its own, and the checks that ask for them.</summary>
internal static class Fleet
{
    public const string Acquirer = "01020000";

    /// <summary>Writes a fleet file of so many terminals.</summary>
    public static void Write(string path, int terminals)
    {
        using var lines = new StreamWriter(path);
        lines.WriteLine("""{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-LOADTEST","state":"VERIFIED","document_valid_to":null,"holder_mask":"000000********0001"}""");
        for (var terminal = 0; terminal < terminals; terminal++)
        {
            lines.WriteLine($$"""{"kind":"merchant","acquirer_id":"01020000","merchant_no":"{{MerchantOf(terminal)}}","identity_id":"ID-LOADTEST","state":"ACTIVE","settlement_card_mask":"999999******0001"}""");
            lines.WriteLine($$"""{"kind":"terminal","acquirer_id":"01020000","terminal_sn":"{{SnOf(terminal)}}","terminal_no":"{{NoOf(terminal)}}","merchant_no":"{{MerchantOf(terminal)}}","state":"ACTIVE"}""");
        }
    }

    public static string MerchantOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"8984404P{terminal:D7}");

    /// <summary>A check of a sale at a terminal.</summary>
    public static CheckStatusRequest Check(int terminal) => new()
    {
        AcquirerId = Acquirer, TerminalSn = SnOf(terminal), TerminalNo = NoOf(terminal), MerchantNo = MerchantOf(terminal), TransactionKind = TransactionKind.Sale,
    };

    private static string SnOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"0000570228P{terminal:D8}");

    private static string NoOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"P{terminal:D7}");
}

using System.Globalization;
using System.Text;

namespace VerifyGateway.Interop.Tests;

/// <summary>A seed file with many good terminals, ten to a merchant.</summary>
internal static class Fleet
{
    /// <summary>Writes the file.</summary>
    public static void Write(string path, int terminals)
    {
        var lines = new StringBuilder();
        lines.AppendLine("""{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-FLEET","state":"VERIFIED","document_valid_to":null,"holder_mask":"000000********0001"}""");
        for (var i = 0; i < terminals; i++)
        {
            if (i % 10 == 0)
            {
                lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"merchant","acquirer_id":"01020000","merchant_no":"8984403L{{i / 10:D7}}","identity_id":"ID-FLEET","state":"ACTIVE","settlement_card_mask":"999999******0001"}""");
            }

            lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"terminal","acquirer_id":"01020000","terminal_sn":"0000570228L{{i:D8}}","terminal_no":"L{{i:D7}}","merchant_no":"8984403L{{i / 10:D7}}","state":"ACTIVE"}""");
        }

        File.WriteAllText(path, lines.ToString());
    }
}

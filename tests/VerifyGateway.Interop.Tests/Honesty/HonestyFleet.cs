using System.Globalization;
using System.Text;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>
/// Good terminals by number: ten to a merchant, two merchants to a settlement card, two cards to an identity. Whatever a hold stands on, it
/// stops a stretch of numbers. More than 1 MiB holds.
/// </summary>
internal static class HonestyFleet
{
    public const int PerMerchant = 10;
    public const int PerCard = 20;
    public const int PerIdentity = 40;
    public const int Identities = 600;
    public const int Terminals = Identities * PerIdentity;

    /// <summary>From here on, identities are left to those who stop a gateway.</summary>
    public const int FirstLeft = 500;

    public const string Acquirer = "01020000";

    /// <summary>Writes the fleet file.</summary>
    public static void Write(string path)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < Identities; i++)
        {
            lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"identity","acquirer_id":"{{Acquirer}}","identity_id":"{{IdentityOf(i * PerIdentity)}}","state":"VERIFIED","document_valid_to":null}""");
            for (var card = i * PerIdentity; card < (i + 1) * PerIdentity; card += PerCard)
            {
                lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"card","acquirer_id":"{{Acquirer}}","identity_id":"{{IdentityOf(card)}}","card_fingerprint":"{{CardOf(card)}}","card_fingerprint_key":"k1"}""");
            }
        }

        for (var merchant = 0; merchant < Terminals; merchant += PerMerchant)
        {
            lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"merchant","acquirer_id":"{{Acquirer}}","merchant_no":"{{MerchantOf(merchant)}}","identity_id":"{{IdentityOf(merchant)}}","state":"ACTIVE","card_fingerprint":"{{CardOf(merchant)}}"}""");
        }

        for (var i = 0; i < Terminals; i++)
        {
            lines.AppendLine(CultureInfo.InvariantCulture, $$"""{"kind":"terminal","acquirer_id":"{{Acquirer}}","terminal_sn":"{{SnOf(i)}}","terminal_no":"L{{i:D7}}","merchant_no":"{{MerchantOf(i)}}","state":"ACTIVE"}""");
        }

        File.WriteAllText(path, lines.ToString());
    }

    /// <summary>A sale at a terminal.</summary>
    public static CheckStatusRequest Sale(int terminal, long atLeastRevision = 0) => new()
    {
        AcquirerId = Acquirer, TerminalSn = SnOf(terminal), TerminalNo = string.Create(CultureInfo.InvariantCulture, $"L{terminal:D7}"), MerchantNo = MerchantOf(terminal),
        TransactionKind = TransactionKind.Sale, AtLeastRevision = atLeastRevision,
    };

    /// <summary>Sales at many terminals.</summary>
    public static BatchCheckStatusRequest Sales(IEnumerable<int> terminals) => new() { Checks = { terminals.Select(static terminal => Sale(terminal)) } };

    /// <summary>What a hold on the target stands on that the terminal belongs to, and the terminals that it stops.</summary>
    public static (HoldOn On, int First, int Count) Of(HoldTarget target, int terminal) => target switch
    {
        HoldTarget.Identity => (new HoldOn { IdentityId = IdentityOf(terminal) }, terminal / PerIdentity * PerIdentity, PerIdentity),
        HoldTarget.Card => (new HoldOn { CardFingerprint = CardOf(terminal) }, terminal / PerCard * PerCard, PerCard),
        HoldTarget.Merchant => (new HoldOn { MerchantNo = MerchantOf(terminal) }, terminal / PerMerchant * PerMerchant, PerMerchant),
        _ => (new HoldOn { TerminalSn = SnOf(terminal) }, terminal, 1),
    };

    private static string SnOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"0000570228L{terminal:D8}");

    private static string MerchantOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"8984403L{terminal / PerMerchant:D7}");

    private static string CardOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"{terminal / PerCard:x64}");

    private static string IdentityOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"ID-{terminal / PerIdentity:D6}");
}

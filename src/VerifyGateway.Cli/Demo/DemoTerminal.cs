using System.Text.Json;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Demo;

/// <summary>A terminal of a fleet file, with the reason that a sale of it is expected to be answered with.</summary>
internal sealed record DemoTerminal(string Acquirer, string Sn, string TerminalNo, string MerchantNo, Reason OfASale, bool IsLost)
{
    private const string SentMerchant = "merchant_no=";

    private static readonly Dictionary<string, Reason> Codes = ReasonTable.All.ToDictionary(row => row.Code, row => row.Reason);

    /// <summary>
    /// The reason expected for a kind of transaction, as a caller is told who may not tell confidential ones apart;
    /// <see cref="Reason.Ok"/> when it is expected to be allowed.
    /// </summary>
    public Reason Expected(TransactionKind kind)
    {
        // Told like a suspended terminal, a lost one gets no keys.
        var isStopped = TransactionRules.StoppedBy(kind).Contains(OfASale) || (IsLost && kind == TransactionKind.SignIn);
        return isStopped ? ReasonSet.Of(OfASale).Outward().First : Reason.Ok;
    }

    /// <summary>
    /// Reads the terminals of a plain fleet file; a terminal's note begins with the code of the expected reason, and names the
    /// merchant number that the device sends where that is not the one it is filed with.
    /// </summary>
    public static IReadOnlyList<DemoTerminal> Read(string fleetFile)
    {
        var terminals = new List<DemoTerminal>();
        foreach (var line in File.ReadLines(fleetFile))
        {
            if (!line.Contains("\"terminal_sn\"", StringComparison.Ordinal))
            {
                continue;
            }

            using var entity = JsonDocument.Parse(line);
            var root = entity.RootElement;
            var note = Text(root, "note").Split(' ');
            if (Text(root, "kind") == "terminal" && Codes.TryGetValue(note[0], out var reason))
            {
                var sent = Array.Find(note, word => word.StartsWith(SentMerchant, StringComparison.Ordinal))?[SentMerchant.Length..] ?? Text(root, "merchant_no");
                terminals.Add(new DemoTerminal(Text(root, "acquirer_id"), Text(root, "terminal_sn"), Text(root, "terminal_no"), sent, reason, Text(root, "state") == "LOST"));
            }
        }

        return terminals;

        static string Text(JsonElement entity, string name) => entity.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }
}

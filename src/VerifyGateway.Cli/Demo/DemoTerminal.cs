using System.Text.Json;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Demo;

/// <summary>A terminal of a fleet file, with the reason that a sale of it is expected to be answered with.</summary>
internal sealed record DemoTerminal(string Acquirer, string Sn, string TerminalNo, string MerchantNo, Reason OfASale)
{
    private static readonly Dictionary<string, Reason> Codes = ReasonTable.All.ToDictionary(row => row.Code, row => row.Reason);

    /// <summary>The reason expected for a kind of transaction; <see cref="Reason.Ok"/> when it is expected to be allowed.</summary>
    public Reason Expected(TransactionKind kind) => TransactionRules.StoppedBy(kind).Contains(OfASale) ? OfASale : Reason.Ok;

    /// <summary>Reads the terminals of a plain fleet file; a terminal's note begins with the code of the expected reason.</summary>
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
            if (root.GetProperty("kind").GetString() == "terminal" && Codes.TryGetValue(FirstWord(Text(root, "note")), out var reason))
            {
                terminals.Add(new DemoTerminal(Text(root, "acquirer_id"), Text(root, "terminal_sn"), Text(root, "terminal_no"), Text(root, "merchant_no"), reason));
            }
        }

        return terminals;

        static string Text(JsonElement entity, string name) => entity.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

        static string FirstWord(string note) => note.Split(' ', ':', ';', ',')[0];
    }
}

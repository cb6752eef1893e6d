using System.Globalization;
using VerifyGateway.Cli.Generating;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet show-shares: the tables that the generator works by, as Markdown.</summary>
public static class ShareTables
{
    /// <summary>Writes all tables.</summary>
    public static void Write(TextWriter to)
    {
        WriteReasons(to);
        to.WriteLine();
        to.WriteLine("| situation | per million terminals | of | first reason of a sale | warning |");
        to.WriteLine("|---|---:|---|---|---|");
        foreach (var row in Situation.All)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Kind} | {row.PerMillion} | {(row.OfMerchant ? "merchant" : "terminal")} | {ReasonTable.Of(row.Expected).Code} | {(row.Warns is { } warns ? ReasonTable.Of(warns).Code : "")} |"));
        }
    }

    /// <summary>Writes the shares of the reasons that a fleet shows, in the order of precedence.</summary>
    public static void WriteReasons(TextWriter to)
    {
        to.WriteLine("| first reason of a sale | per million terminals |");
        to.WriteLine("|---|---:|");
        foreach (var row in ReasonTable.All.Where(row => Situation.PerMillionOf(row.Reason) > 0))
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Code} | {Situation.PerMillionOf(row.Reason)} |"));
        }
    }
}

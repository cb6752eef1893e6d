using System.CommandLine;

namespace VerifyGateway.Cli.Reference;

/// <summary>vgctl reference …: pages made from the tables that decide, so that they are never out of date.</summary>
internal static class ReferenceCommands
{
    public static Command Build() => new("reference", "Writes the pages of the documentation that are made from the gateway's own tables.") { Reasons(), Machines() };

    private static Command Reasons()
    {
        var language = new Option<string>("--language") { Description = "en or zh.", DefaultValueFactory = static _ => "en" };
        language.AcceptOnlyFromAmong("en", "zh");
        var command = new Command("reasons", "Writes docs/reasons.md, or in Chinese docs/reasons.zh-CN.md.") { language };
        command.SetAction(parsed =>
        {
            ReasonPage.Write(Console.Out, parsed.GetValue(language) == "zh" ? PageWords.Zh : PageWords.En);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Machines()
    {
        var command = new Command("machines", "Writes docs/state-machines.md.");
        command.SetAction(static _ =>
        {
            MachinePage.Write(Console.Out);
            return ExitCodes.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store …: the jobs that keep a system of record in order, and their arguments.</summary>
internal static class StoreCommands
{
    public static Command Build() => new("store", "Keeps a system of record in order (docs/operations.md).")
    {
        Migrate(), Backup(), Restore(), Check(), VerifyAudit(), RemoveOld(), RotateKeys(),
    };

    private static Command Migrate()
    {
        var store = new StoreOption();
        var role = new Option<string>("--service-role") { Description = "PostgreSQL: the role that gateways connect as; it is granted the reading and writing of rows." };
        var command = new Command("migrate", "Makes the schema of a store, or brings it up to date; PostgreSQL as the role that owns the tables.") { role };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() => MigrateCommand.RunAsync(store, parsed, parsed.GetValue(role), cancel)));
        return command;
    }

    private static Command Backup()
    {
        var store = SqliteFile();
        var output = new Option<string>("--out") { Description = "The backup to make.", Required = true };
        var force = Force("Replaces a backup that exists.");
        var command = new Command("backup", "Copies a SQLite store while it is in use.") { store, output, force };
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
            BackupCommand.RunAsync(parsed.GetRequiredValue(store), parsed.GetRequiredValue(output), parsed.GetValue(force), cancel)));
        return command;
    }

    private static Command Restore()
    {
        var store = SqliteFile();
        var backup = new Option<string>("--from") { Description = "The backup.", Required = true };
        var force = Force("Replaces a store that exists; its gateways must have been stopped.");
        var command = new Command("restore", "Puts a backup in the place of a SQLite store.") { backup, store, force };
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
            RestoreCommand.RunAsync(parsed.GetRequiredValue(backup), parsed.GetRequiredValue(store), parsed.GetValue(force), cancel)));
        return command;
    }

    private static Command Check()
    {
        var store = new StoreOption();
        var command = new Command("check", "Searches a store for damage: the files, the feed, records, versions, the audit trail.");
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() => CheckCommand.RunAsync(store, parsed, cancel)));
        return command;
    }

    private static Command VerifyAudit()
    {
        var store = new StoreOption();
        var expect = new Option<string>("--expect") { Description = "SEQ:HASH as an earlier run has printed it, kept outside of the store." };
        expect.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && AuditMark.TryParse(result.Tokens[0].Value) is null)
            {
                result.AddError("--expect is SEQ:HASH, the hash with 64 hexadecimal digits.");
            }
        });
        var command = new Command("verify-audit", "Walks along the audit trail and tells the first line that does not fit.") { expect };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
            AuditCommand.RunAsync(store, parsed, parsed.GetValue(expect) is { } text ? AuditMark.TryParse(text) : null, cancel)));
        return command;
    }

    private static Command RemoveOld()
    {
        var store = new StoreOption();
        var dry = new Option<bool>("--dry-run") { Description = "Says what would go, and changes nothing." };
        var feedDays = Number("--feed-days", 30, 1, 36_500, "Days that entries of the change feed are kept.");
        var years = Number("--years", 10, 10, 1000, "Years that history, matters and the audit trail are kept; the law asks for ten.");
        var forget = new Option<bool>("--forget-imports") { Description = "Also forgets how far imports have come that were cut off: they begin anew." };
        var batch = Number("--batch", Purge.DefaultBatchRows, 1, 100_000, "Rows of a transaction; gateways have their turn in between.");
        var command = new Command("purge", "Removes what need not be kept any longer.") { dry, feedDays, years, forget, batch };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
        {
            var rules = PurgeCommand.Rules(parsed.GetValue(feedDays), parsed.GetValue(years), parsed.GetValue(forget));
            return PurgeCommand.RunAsync(store, parsed, rules, parsed.GetValue(dry), parsed.GetValue(batch), cancel);
        }));
        return command;
    }

    private static Command RotateKeys()
    {
        var store = new StoreOption();
        var keys = new Option<string>("--keys") { Description = "The file of keys.", Required = true };
        var batch = Number("--batch", KeyRotation.DefaultBatchRows, 1, 100_000, "Rows of a transaction; gateways have their turn in between.");
        var pause = Number("--pause-ms", 50, 0, 60_000, "Milliseconds between two transactions.");
        var command = new Command("rotate-keys", "Brings the hashes of documents, telephones and cards to the current key.") { keys, batch, pause };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
            RotateCommand.RunAsync(store, parsed, parsed.GetRequiredValue(keys), parsed.GetValue(batch), TimeSpan.FromMilliseconds(parsed.GetValue(pause)), cancel)));
        return command;
    }

    private static Option<string> SqliteFile() => new("--store") { Description = "The SQLite file of the system of record.", Required = true };

    private static Option<bool> Force(string what) => new("--force") { Description = what };

    private static Option<int> Number(string name, int usual, int least, int most, string what)
    {
        var option = new Option<int>(name) { Description = $"{what} {least} to {most}.", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var value) || value < least || value > most))
            {
                result.AddError($"{name} is a number from {least} to {most}.");
            }
        });
        return option;
    }
}

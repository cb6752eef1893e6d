using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Killed;

/// <summary>The child process that is killed: several callers write without end, each in steps 1, 2, 3 …, and say which step was acknowledged.</summary>
internal static class KilledWriter
{
    /// <summary>The child's first argument.</summary>
    public const string Name = "child-killed-writer";

    /// <summary>Callers of one child.</summary>
    public const int Callers = 6;

    private const string Sqlite = "sqlite";

    /// <summary>The arguments of a child for a SQLite file.</summary>
    public static string[] OnSqlite(string path) => [Name, Sqlite, path];

    /// <summary>The arguments of a child for a PostgreSQL database.</summary>
    public static string[] OnPostgres(string connection) => [Name, "postgres", connection];

    /// <summary>Opens the store that the arguments name.</summary>
    public static async Task<ISystemOfRecord> OpenAsync(string engine, string place) => engine == Sqlite
        ? Make.Store(place)
        : await PostgresStore.OpenAsync(new PostgresStoreOptions { ConnectionString = place, ConnectTimeout = TimeSpan.FromSeconds(30), StatementTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);

    /// <summary>Writes until the process is killed.</summary>
    public static async Task<int> RunAsync(string engine, string place)
    {
        await using var store = await OpenAsync(engine, place);
        await Task.WhenAll(Enumerable.Range(1, Callers).Select(caller => Task.Run(() => WriteAsync(store, caller))));
        return 0;
    }

    /// <summary>A step of a caller: it writes an identity, its merchant, two terminals and a matter, all of which say which step it was.</summary>
    public static StoreCommand Step(int caller, int step)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{caller}-{step}");
        if (!RequestId.TryParse("step-" + text, out var id, out var broken))
        {
            throw new FormatException(broken.ToString());
        }

        var origin = new CommandOrigin(new RequestKey(Make.Acquirer(), id), SHA256.HashData(Encoding.UTF8.GetBytes(text)), "test", "step");
        object[] rows =
        [
            Make.Identity($"ID-{caller}") with { VerifiedAtUnixMs = step },
            Make.Merchant(caller, $"ID-{caller}") with { OpenedOn = Day(step) },
            Make.Terminal((caller * 2) - 1, caller) with { EndedOn = Day(step) },
            Make.Terminal(caller * 2, caller) with { EndedOn = Day(step) },
            new DocumentRow(Matter(caller), "step", 1, 0, 0, step.ToString(CultureInfo.InvariantCulture)),
        ];
        return new StoreCommand(origin, Wanted.For(rows), unit =>
        {
            foreach (var row in rows)
            {
                unit.Put(row);
            }

            unit.Result = Encoding.UTF8.GetBytes(text);
        });
    }

    /// <summary>The matter that a caller writes.</summary>
    public static DocumentKey Matter(int caller) => new(DocumentKind.Policy, Make.Acquirer(), Make.Id($"STEP-{caller}"));

    /// <summary>A day that stands for a step.</summary>
    public static DateOnly Day(int step) => DateOnly.FromDayNumber(700_000 + (step % 30_000));

    private static async Task WriteAsync(ISystemOfRecord store, int caller)
    {
        // Where an earlier child was killed tells the store.
        var step = await store.FindDocumentAsync(Matter(caller)) is { } found ? int.Parse(found.Row.Content, CultureInfo.InvariantCulture) : 0;
        for (;;)
        {
            step++;
            await store.WriteAsync(Step(caller, step));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {caller} {step} ."));
        }
    }
}

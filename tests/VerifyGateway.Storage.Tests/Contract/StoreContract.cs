using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>
/// What every system of record does, whichever engine keeps it. One class a theme; for each engine a class is derived that only
/// says where the data is.
/// </summary>
public abstract class StoreContract(StoreFixture on) : IAsyncDisposable
{
    private static readonly byte[] SomeBody = [.. Enumerable.Range(1, 32).Select(static n => (byte)n)];

    /// <summary>Where the data of the test is.</summary>
    protected StoreFixture On { get; } = on;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await On.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A generator whose seed stands in the test's output.</summary>
    private protected static Random Seeded()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    /// <summary>A write with a request id of the caller's.</summary>
    internal static StoreCommand Command(string request, Wanted wanted, Action<WriteUnit> apply, byte body = 1, string acquirer = Make.Acquirer1, TimeSpan? keepFor = null)
    {
        Assert.True(RequestId.TryParse(request, out var id, out var broken), broken?.Sentence);
        var hash = SomeBody.ToArray();
        hash[0] = body;
        return new StoreCommand(
            new CommandOrigin(new RequestKey(Make.Acquirer(acquirer), id), hash, "tester", "test") { KeepFor = keepFor ?? TimeSpan.FromHours(48) }, wanted, apply);
    }

    /// <summary>A write of rows with a request id of the caller's.</summary>
    internal static StoreCommand Command(string request, params object[] rows) => Command(request, Wanted.For(rows), unit => Put(unit, rows));

    /// <summary>A write of rows with an id that nobody else has.</summary>
    private protected static StoreCommand Own(params object[] rows) =>
        new(CommandOrigin.Own("tester", "test", Make.Acquirer()), Wanted.For(rows), unit => Put(unit, rows));

    private protected static void Put(WriteUnit unit, IEnumerable<object> rows)
    {
        foreach (var row in rows)
        {
            unit.Put(row);
        }
    }

    /// <summary>The rule that refuses a write.</summary>
    private protected static async Task<string> RuleAsync(ISystemOfRecord store, params object[] rows) =>
        (await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Own(rows)))).Rule;

    private protected static BindingLookup BySn(int n, string acquirer = Make.Acquirer1) => new(Make.Acquirer(acquirer), Make.Sn(n), default, default);

    private protected static BindingLookup ByNumbers(int terminal, int merchant, string acquirer = Make.Acquirer1) =>
        new(Make.Acquirer(acquirer), null, Make.TerminalNo(terminal), Make.MerchantNo(merchant));

    private protected static KeyedHash Hash(int n) => KeyedHash.Of([.. Enumerable.Repeat((byte)n, KeyedHash.Size)]);

    private protected static HashKeyId HashKey => HashKeyId.TryParse("k1", out var key, out _) ? key : default;

    private protected static CardRow Card(int n, string identity, string acquirer = Make.Acquirer1) =>
        new(Make.Acquirer(acquirer), Hash(n), HashKey, Make.Mask("622202******0001"), Make.Id(identity));

    private protected static DocumentRow Document(DocumentKind kind, string id, string subject, byte state = 1, string content = "{}", long until = 0, string acquirer = Make.Acquirer1) =>
        new(new DocumentKey(kind, acquirer.Length == 0 ? default : Make.Acquirer(acquirer), Make.Id(id)), subject, state, 1_000, until, content);

    internal static async Task<List<object>> AllAsync(ISystemOfRecord store)
    {
        var rows = new List<object>();
        await foreach (var row in store.ReadAllAsync())
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Everything that the store keeps, but for the audit trail and requests, as text: to show that nothing was changed.</summary>
    private protected async Task<string> ContentAsync()
    {
        var content = new List<string>();
        string[] tables = ["acquirer", "identity", "settlement_card", "merchant", "terminal", "hold", "record_history", "verification_case", "deregistration", "receipt", "policy", "maintenance_window", "import_progress", "feed", "meta"];
        foreach (var table in tables)
        {
            content.AddRange((await On.QueryAsync($"SELECT * FROM {table} ORDER BY 1, 2, 3")).Select(row => $"{table} {string.Join('|', row.Select(Show))}"));
        }

        return string.Join('\n', content);
    }

    /// <summary>A value of a column as text.</summary>
    internal static string Show(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private protected static MerchantNo No(int n) => Make.MerchantNo(n);
}

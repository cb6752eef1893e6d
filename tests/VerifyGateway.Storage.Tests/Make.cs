using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Storage.Tests;

/// <summary>Short words for rows, keys and stores.</summary>
internal static class Make
{
    public const string Acquirer1 = "01020000";
    public const string Acquirer2 = "01030000";

    public static SqliteStore Store(string path, TimeProvider? time = null) =>
        SqliteStore.Open(new SqliteStoreOptions { Path = path }, time ?? TimeProvider.System);

    public static AcquirerId Acquirer(string text = Acquirer1) =>
        AcquirerId.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalSn Sn(int n) => Sn($"000057022801TEST{n:D4}");

    public static TerminalSn Sn(string text) =>
        TerminalSn.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalNo TerminalNo(int n) =>
        Domain.Identifiers.TerminalNo.TryParse($"T{n:D7}", out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static MerchantNo MerchantNo(int n) =>
        Domain.Identifiers.MerchantNo.TryParse($"8984403{n:D8}", out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static EntityId Id(string text) =>
        EntityId.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static Mask Mask(string text) =>
        Domain.Identifiers.Mask.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalKey TerminalKey(int n, string acquirer = Acquirer1) => new(Acquirer(acquirer), Sn(n));

    public static MerchantKey MerchantKey(int n, string acquirer = Acquirer1) => new(Acquirer(acquirer), MerchantNo(n));

    public static PairKey Pair(int terminal, int merchant, string acquirer = Acquirer1) => new(TerminalKey(terminal, acquirer), MerchantKey(merchant, acquirer));

    public static IdentityRow Identity(string id, IdentityState state = IdentityState.Verified, string acquirer = Acquirer1) =>
        new(Acquirer(acquirer), Id(id), state, state == IdentityState.ReverifyDue ? 4_000_000_000_000 : 0, new DateOnly(2099, 12, 31), Mask("000000********0001"));

    public static MerchantRow Merchant(int n, string identity, MerchantState state = MerchantState.Active, string acquirer = Acquirer1) =>
        new(MerchantKey(n, acquirer), Id(identity), state, Mask("999999******0001"));

    public static TerminalRow Terminal(int n, int merchant, TerminalState state = TerminalState.Active, string acquirer = Acquirer1, int? number = null) =>
        new(TerminalKey(n, acquirer), TerminalNo(number ?? n), MerchantNo(merchant), state);

    public static HoldRow Hold(string id, HoldSubject on, HoldKind kind = HoldKind.Risk, long from = 1_000, long until = 0, string acquirer = Acquirer1) =>
        new(Acquirer(acquirer), Id(id), kind, on, from, until);

    /// <summary>One identity, one merchant, one terminal, all good, all of number 1.</summary>
    public static ValueTask<WriteResult> BasicsAsync(ISystemOfRecord store) => store.WriteAsync(batch =>
    {
        batch.UpsertIdentity(Identity("ID-1"));
        batch.UpsertMerchant(Merchant(1, "ID-1"));
        batch.UpsertTerminal(Terminal(1, 1));
    });

    public static async Task<RecordPair> ReadAsync(ISystemOfRecord store, int terminal, int merchant) =>
        (await store.ReadPairsAsync([Pair(terminal, merchant)], CancellationToken.None))[0];
}

using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Server.Tests;

/// <summary>Rows of a test's store in short words, and writes of them.</summary>
internal static class Rows
{
    public const string Acquirer1 = "01020000";
    public const string Acquirer2 = "01030000";

    public static string Sn(int n) => $"000057022801TEST{n:D4}";

    public static string MerchantNo(int n) => $"8984403{n:D8}";

    public static IdentityRow Identity(string id, IdentityState state = IdentityState.Verified, string acquirer = Acquirer1, int mask = 1) =>
        new(Acquirer(acquirer), Id(id), state, 0, new DateOnly(2099, 12, 31), Mask($"000000********{mask:D4}"));

    public static MerchantRow Merchant(int n, string identity, MerchantState state = MerchantState.Active, string acquirer = Acquirer1, int mask = 1) =>
        new(MerchantKey(n, acquirer), Id(identity), state, Mask($"999999******{mask:D4}"));

    public static TerminalRow Terminal(int n, int merchant, TerminalState state = TerminalState.Active, string acquirer = Acquirer1) =>
        new(new TerminalKey(Acquirer(acquirer), SnOf(n)), Number($"T{n:D7}"), MerchantKey(merchant).No, state);

    public static HoldRow Hold(string id, HoldSubject on, HoldKind kind = HoldKind.Risk, long from = 1_000, long until = 0) => new(Acquirer(Acquirer1), Id(id), kind, on, from, until);

    public static MerchantKey MerchantKey(int n, string acquirer = Acquirer1) =>
        Domain.Identifiers.MerchantNo.TryParse(MerchantNo(n), out var no, out var broken) ? new MerchantKey(Acquirer(acquirer), no) : throw new ArgumentException(broken.Sentence);

    public static TerminalSn SnOf(int n) => TerminalSn.TryParse(Sn(n), out var sn, out var broken) ? sn : throw new ArgumentException(broken.Sentence);

    public static EntityId Id(string text) => EntityId.TryParse(text, out var id, out var broken) ? id : throw new ArgumentException(broken.Sentence);

    public static AcquirerId Acquirer(string text) => AcquirerId.TryParse(text, out var id, out var broken) ? id : throw new ArgumentException(broken.Sentence);

    /// <summary>Writes rows in one command.</summary>
    public static Task<CommandResult> PutAsync(this ISystemOfRecord store, params object[] rows) =>
        store.WriteAsync(new StoreCommand(CommandOrigin.Own("tester", "test"), Wanted.For(rows), unit =>
        {
            foreach (var row in rows)
            {
                unit.Put(row);
            }
        }));

    private static TerminalNo Number(string text) => TerminalNo.TryParse(text, out var no, out var broken) ? no : throw new ArgumentException(broken.Sentence);

    private static Mask Mask(string text) => Domain.Identifiers.Mask.TryParse(text, out var mask, out var broken) ? mask : throw new ArgumentException(broken.Sentence);
}

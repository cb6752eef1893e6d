using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Bindings;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Watching;

/// <summary>Writes merchants and terminals as one watcher may see them, with the holds that stand at that moment. Safe from any thread.</summary>
internal sealed class WatchWriter(TimeProvider time, bool tellsApart)
{
    /// <summary>Writes a merchant.</summary>
    public WatchedMerchant Write(MerchantRecord record, string holderMask, string cardMask, long revision)
    {
        var merchant = new WatchedMerchant
        {
            MerchantNo = record.Key.No.ToString(),
            MerchantState = (V1.MerchantState)record.State,
            IdentityState = (V1.IdentityState)record.Identity,
            HolderMask = holderMask,
            SettlementCardMask = cardMask,
            DocumentValidTo = BindingWriter.DayOf(record.DocumentValidTo),
            Revision = revision,
        };
        BindingWriter.AddHolds(merchant.Holds, record.Holds.AsSpan(), NowUnixMs, tellsApart);
        return merchant;
    }

    /// <summary>Writes a merchant as the store gives it.</summary>
    public WatchedMerchant Write(MerchantView view) => Write(view.Record, view.HolderMask, view.SettlementCardMask, view.Revision);

    /// <summary>Writes a terminal.</summary>
    public WatchedTerminal Write(TerminalRecord record, long revision)
    {
        var terminal = new WatchedTerminal
        {
            TerminalSn = record.Key.Sn.ToString(),
            TerminalNo = record.TerminalNo.ToString(),
            MerchantNo = record.MerchantNo.ToString(),
            TerminalState = (V1.TerminalState)record.State,
            Version = record.BindingVersion,
            Revision = revision,
        };
        BindingWriter.AddHolds(terminal.Holds, record.Holds.AsSpan(), NowUnixMs, tellsApart);
        return terminal;
    }

    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}

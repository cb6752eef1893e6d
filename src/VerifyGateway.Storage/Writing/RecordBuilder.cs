using System.Collections.Immutable;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>Makes the records that checks read from rows.</summary>
internal static class RecordBuilder
{
    /// <summary>The record of a merchant, in packed form.</summary>
    /// <exception cref="WriteRefusedException">It would carry too many holds.</exception>
    public static byte[] Pack(
        MerchantRow row, IdentityRow identity, ImmutableArray<HoldRow> onIdentity, ImmutableArray<HoldRow> onMerchant, ImmutableArray<HoldRow> onCard, long nowUnixMs) =>
        RecordCodec.Pack(new MerchantRecord(
            row.Key, row.State, identity.State, identity.ReverifyByUnixMs, identity.DocumentValidTo, Fitting([.. onIdentity, .. onMerchant, .. onCard], nowUnixMs))
        {
            Kind = row.Kind,
            Region = row.Region,
            Category = row.Category,
            AccountClass = row.AccountClass,
            Detail = identity.Detail,
            SettlementCardDiffers = row.CardDiffers,
            VerifiedAtUnixMs = identity.VerifiedAtUnixMs,
            OpenedOn = row.OpenedOn,
            LastActiveOn = row.LastActiveOn,
            EndedOn = row.EndedOn,
        });

    /// <summary>The record of a terminal, in packed form.</summary>
    /// <exception cref="WriteRefusedException">It would carry too many holds.</exception>
    public static byte[] Pack(TerminalRow row, long version, ImmutableArray<HoldRow> onTerminal, long nowUnixMs) =>
        RecordCodec.Pack(new TerminalRecord(row.Key, row.TerminalNo, row.MerchantNo, row.State, version, Fitting(onTerminal, nowUnixMs))
        {
            Location = row.Location,
            EndedOn = row.EndedOn,
        });

    /// <summary>
    /// A record carries a limited number of holds. A new freeze must not be refused for the sake of old ones, so of too many
    /// those leave the record that ended longest ago; one that has not ended never does.
    /// </summary>
    private static ImmutableArray<Hold> Fitting(ImmutableArray<HoldRow> holds, long nowUnixMs)
    {
        var tooMany = holds.Length - RecordCodec.MaxHolds;
        if (tooMany > 0)
        {
            var leaving = holds.Where(hold => hold.UntilUnixMs != 0 && hold.UntilUnixMs <= nowUnixMs)
                .OrderBy(static hold => hold.UntilUnixMs).Take(tooMany).ToHashSet();
            holds = leaving.Count == tooMany
                ? [.. holds.Where(hold => !leaving.Contains(hold))]
                : throw new WriteRefusedException("STORE_HOLD_COUNT", $"A record carries at most {RecordCodec.MaxHolds} holds that have not ended.");
        }

        return [.. holds.Select(static hold => new Hold(hold.Kind, hold.On.Target, hold.EffectiveAtUnixMs, hold.UntilUnixMs, hold.RefundsPass, hold.StandsAtOnce))];
    }
}

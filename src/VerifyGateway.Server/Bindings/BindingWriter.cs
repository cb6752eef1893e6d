using Google.Protobuf.Collections;
using VerifyGateway.Caching.Store;
using VerifyGateway.V1;
using Hold = VerifyGateway.Domain.Records.Hold;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;

namespace VerifyGateway.Server.Bindings;

/// <summary>Writes a binding as the caller may see it.</summary>
internal static class BindingWriter
{
    /// <summary>Writes the binding with the holds that stand at that instant.</summary>
    public static Binding Write(BindingView view, long nowUnixMs, bool mayTellApart)
    {
        var (terminal, merchant) = (view.Terminal, view.Merchant);
        var binding = new Binding
        {
            AcquirerId = terminal.Key.Acquirer.ToString(),
            TerminalSn = terminal.Key.Sn.ToString(),
            TerminalNo = terminal.TerminalNo.ToString(),
            MerchantNo = terminal.MerchantNo.ToString(),
            TerminalState = (V1.TerminalState)terminal.State,
            HolderMask = view.HolderMask,
            SettlementCardMask = view.SettlementCardMask,
            Version = terminal.BindingVersion,
            Revision = view.Revision,
        };
        AddHolds(binding.Holds, terminal.Holds.AsSpan(), nowUnixMs, mayTellApart);
        if (merchant is { } known)
        {
            binding.MerchantState = (V1.MerchantState)known.State;
            binding.IdentityState = (V1.IdentityState)known.Identity;
            binding.DocumentValidTo = DayOf(known.DocumentValidTo);
            AddHolds(binding.Holds, known.Holds.AsSpan(), nowUnixMs, mayTellApart);
        }

        return binding;
    }

    /// <summary>A day as YYYYMMDD; 0 for none.</summary>
    public static int DayOf(DateOnly? day) => day is { } known ? (((known.Year * 100) + known.Month) * 100) + known.Day : 0;

    /// <summary>
    /// Adds the holds that stand at that instant. A caller who may not tell the confidential kinds apart sees one risk hold without
    /// dates for all of a target's.
    /// </summary>
    public static void AddHolds(RepeatedField<V1.Hold> to, ReadOnlySpan<Hold> holds, long nowUnixMs, bool mayTellApart)
    {
        foreach (var hold in holds)
        {
            if (!hold.StandsAt(nowUnixMs))
            {
                continue;
            }

            var hidden = !mayTellApart && hold.Kind is not (HoldKind.Holder or HoldKind.System);
            var shown = new V1.Hold
            {
                Kind = (V1.HoldKind)(hidden ? HoldKind.Risk : hold.Kind),
                Target = (V1.HoldTarget)hold.Target,
                EffectiveAtUnixMs = hidden ? 0 : hold.EffectiveAtUnixMs,
                UntilUnixMs = hidden ? 0 : hold.UntilUnixMs,
            };
            if (!hidden || !to.Contains(shown))
            {
                to.Add(shown);
            }
        }
    }
}

using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Server.Callers;
using VerifyGateway.V1;
using HoldAuthority = VerifyGateway.V1.HoldAuthority;
using HoldOn = VerifyGateway.Caching.Store.HoldOn;
using HoldStatus = VerifyGateway.V1.HoldStatus;

namespace VerifyGateway.Server.Holds;

/// <summary>Writes holds as the caller may see them.</summary>
internal static class HoldWriter
{
    /// <summary>Writes a hold of a kind that the caller sees one by one; documents, reasons and persons only for who may know.</summary>
    public static HoldEntry Write(HoldView hold, Caller caller, long nowUnixMs)
    {
        var entry = new HoldEntry
        {
            HoldId = hold.Id,
            Kind = (V1.HoldKind)hold.Kind,
            Authority = (HoldAuthority)(hold.Authority ?? 0),
            Target = Write(hold.On),
            // One that was placed to stand at once is not ahead of a clock that is behind.
            Status = (HoldStatus)PlacedHold.KeptAt(
                hold.StandsAtOnce ? Math.Min(hold.EffectiveAtUnixMs, nowUnixMs) : hold.EffectiveAtUnixMs, hold.UntilUnixMs, hold.LiftedAtUnixMs, nowUnixMs),
            EffectiveAtUnixMs = hold.EffectiveAtUnixMs,
            UntilUnixMs = hold.UntilUnixMs,
            RefundsPass = hold.RefundsPass,
            PlacedAtUnixMs = hold.PlacedAtUnixMs,
            LiftedAtUnixMs = hold.LiftedAtUnixMs,
            Renewals = hold.Renewals,
            Version = hold.Version,
        };
        if (HoldRights.MayKnow(caller, hold.Kind))
        {
            entry.DocumentNo = hold.DocumentNo;
            entry.Organ = hold.Organ;
            entry.Reason = hold.Reason;
            entry.PlacedBy = hold.PlacedBy;
            entry.LiftedBy = hold.LiftedBy;
            entry.LiftDocumentNo = hold.LiftDocumentNo;
        }

        return entry;
    }

    /// <summary>Writes an item of a list. What the caller may not tell apart is one risk hold that stands, with nothing else.</summary>
    public static HoldEntry Write(HoldItem item, Caller caller, long nowUnixMs) => item.Hold is { } hold
        ? Write(hold, caller, nowUnixMs)
        : new HoldEntry { Kind = V1.HoldKind.Risk, Target = Write(item.On), Status = HoldStatus.Standing };

    /// <summary>Writes how far gateways have come.</summary>
    public static GatewayProgress Write(GatewayWaitResult result)
    {
        var progress = new GatewayProgress { Known = result.IsKnown };
        progress.Applied.AddRange(result.Applied.Select(Write));
        progress.Waiting.AddRange(result.Waiting.Select(Write));
        return progress;
    }

    private static V1.GatewayStanding Write(Caching.Roster.GatewayStanding gateway) => new()
    {
        GatewayId = gateway.Id, Name = gateway.Name, AppliedRevision = gateway.AppliedRevision, SeenAgoMs = gateway.SeenAgoMs,
    };

    private static V1.HoldOn Write(HoldOn on) => on.Target switch
    {
        Domain.Records.HoldTarget.Identity => new V1.HoldOn { IdentityId = on.Key },
        Domain.Records.HoldTarget.Merchant => new V1.HoldOn { MerchantNo = on.Key },
        Domain.Records.HoldTarget.Terminal => new V1.HoldOn { TerminalSn = on.Key },
        Domain.Records.HoldTarget.Card => new V1.HoldOn { CardFingerprint = on.Key },
        _ => throw new ArgumentOutOfRangeException(nameof(on), on.Target, null),
    };
}

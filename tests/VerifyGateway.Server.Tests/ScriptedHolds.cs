using VerifyGateway.Caching.Store;

namespace VerifyGateway.Server.Tests;

/// <summary>A store of holds that answers what a test tells it to, and remembers what it was asked.</summary>
internal sealed class ScriptedHolds : IHoldStore
{
    public List<object> Asked { get; } = [];

    public Func<object, HoldChange> Answer { get; set; } = static _ => new HoldChange(Hold: null, 0, new HoldRefusal(HoldRefusalKind.HoldNotFound));

    public Func<HoldFilter, HoldPage> Page { get; set; } = static _ => new HoldPage([], "", 10);

    public ValueTask<HoldChange> PlaceHoldAsync(HoldPlacing asked, CancellationToken cancel) => Do(asked);

    public ValueTask<HoldChange> LiftHoldAsync(HoldLifting asked, CancellationToken cancel) => Do(asked);

    public ValueTask<HoldPage> ListHoldsAsync(HoldFilter filter, int pageSize, string pageToken, CancellationToken cancel)
    {
        Asked.Add((filter, pageSize, pageToken));
        return new(Page(filter));
    }

    private ValueTask<HoldChange> Do(object asked)
    {
        Asked.Add(asked);
        return new(Answer(asked));
    }
}

/// <summary>A roster with the gateways that a test puts there.</summary>
internal sealed class ScriptedRoster : IGatewayRoster
{
    public List<GatewayReport> Reports { get; } = [];

    public ValueTask ReportAsync(GatewayReport report, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel) => new([.. Reports]);

    public ValueTask RemoveAsync(string gatewayId, CancellationToken cancel) => throw new NotSupportedException();
}

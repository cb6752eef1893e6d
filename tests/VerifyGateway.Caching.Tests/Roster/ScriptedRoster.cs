using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Roster;

/// <summary>A roster that keeps what it is told, and fails when a test says so. Safe from many threads.</summary>
internal sealed class ScriptedRoster : IGatewayRoster
{
    private readonly Lock _gate = new();
    private readonly List<GatewayReport> _kept = [];
    private readonly List<string> _removed = [];

    /// <summary>While true, every call fails.</summary>
    public volatile bool IsDown;

    /// <summary>What is read, by the number of the reading from 1 on.</summary>
    public Func<int, IReadOnlyList<GatewayReport>> Read { get; set; } = static _ => [];

    public int Readings { get; private set; }

    public TimeSpan SeenWithin { get; private set; }

    public IReadOnlyList<GatewayReport> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept];
            }
        }
    }

    public IReadOnlyList<string> Removed
    {
        get
        {
            lock (_gate)
            {
                return [.. _removed];
            }
        }
    }

    public ValueTask ReportAsync(GatewayReport report, CancellationToken cancel)
    {
        FailWhenDown();
        lock (_gate)
        {
            _kept.Add(report);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel)
    {
        SeenWithin = seenWithin;
        Readings++;
        FailWhenDown();
        return new(Read(Readings));
    }

    public ValueTask RemoveAsync(string gatewayId, CancellationToken cancel)
    {
        FailWhenDown();
        lock (_gate)
        {
            _removed.Add(gatewayId);
        }

        return ValueTask.CompletedTask;
    }

    private void FailWhenDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("Told to fail.");
        }
    }
}

namespace VerifyGateway.Tail;

/// <summary>One load of one gateway, with what else was going on.</summary>
/// <param name="Figures">The load.</param>
/// <param name="Used">What was used meanwhile.</param>
/// <param name="Collections">Collections of the gateway's heap meanwhile.</param>
/// <param name="PausedSeconds">How long they stopped it.</param>
/// <param name="LeaseExpiries">How often its lease ran out meanwhile, so that memory could not answer.</param>
internal sealed record Sample(LoadFigures Figures, Usage Used, double Collections, double PausedSeconds, double LeaseExpiries)
{
    /// <summary>A lease that runs out for a moment belongs to the tail; records that memory does not hold do not.</summary>
    private const double LeastFromMemory = 0.99;

    /// <summary>Checks that memory did not answer.</summary>
    public long FromElsewhere => Figures.Allowed - Figures.FromMemory;

    /// <summary>Processor time of the gateway of one check, microseconds.</summary>
    public double CpuOfACheck => Used.Gateway / Figures.Ended * 1e6;

    /// <summary>Share of the processors that neither gateway nor generator took.</summary>
    public double Others => Used.Others / (Figures.Seconds * Environment.ProcessorCount);

    /// <summary>Why it says nothing about the gateway; empty when it does.</summary>
    /// <param name="share">The share of calls whose latency is asked for.</param>
    /// <param name="mostLateMs">How late the generator may have begun them.</param>
    public string Invalid(double share, double mostLateMs) =>
        Figures.Late(share) > mostLateMs ? FormattableString.Invariant($"the generator was {Figures.Late(share):0.00} ms late")
        : Others > Options.MostOfOthers ? FormattableString.Invariant($"others took {Others:P0} of the processors")
        : "";

    /// <summary>Loads a gateway, and sees to it that every check was answered as it should be.</summary>
    public static async Task<Sample> TakeAsync(Gateway gateway, Load load)
    {
        var (collections, paused, expiries) = (await CollectionsAsync(), await PausedAsync(), await ExpiriesAsync());
        var before = Usage.Now(gateway.Process.Id);
        var figures = await load.RunAsync();
        var used = Usage.Now(gateway.Process.Id) - before;
        return figures.Allowed == figures.Asked && figures.FromMemory >= LeastFromMemory * figures.Asked
            ? new Sample(figures, used, await CollectionsAsync() - collections, await PausedAsync() - paused, await ExpiriesAsync() - expiries)
            : throw new InvalidOperationException(
                $"Of {figures.Asked} checks {figures.Ended} were answered, {figures.Allowed} allowed, {figures.FromMemory} from memory, and the lease ran out {await ExpiriesAsync() - expiries} times: not what is to be measured.");

        Task<double> CollectionsAsync() => gateway.MetricAsync("system_runtime_dotnet_gc_collections");
        Task<double> ExpiriesAsync() => gateway.MetricAsync("verifygateway_lease_expiries_total");
        Task<double> PausedAsync() => gateway.MetricAsync("system_runtime_dotnet_gc_pause_time");
    }
}

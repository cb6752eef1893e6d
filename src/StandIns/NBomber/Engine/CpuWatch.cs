using NBomber.Contracts.Stats;

namespace NBomber.Engine;

/// <summary>
/// How busy this process keeps the processors that it may use while it drives load: the highest share over any ten seconds in a row, or
/// over all of the load when that is shorter. A mean over the whole run would hide the end of a ramp, and the time after the load, in
/// which answers are only waited for, belongs to neither.
/// </summary>
/// <param name="usedSeconds">Processor time of this process up to now: of all its threads, in user and in kernel mode.</param>
/// <param name="processors">Processors that it may use, as <see cref="Processors.Usable()"/> has them.</param>
internal sealed class CpuWatch(Func<double> usedSeconds, double processors)
{
    public const int WindowSeconds = 10;

    /// <summary>Less time than this says nothing: compiling the first iterations may take all of it.</summary>
    private const double LeastSeconds = 1;

    private readonly Queue<(double At, double Used)> _window = new();
    private (double At, double Used) _last;

    /// <summary>The highest share so far; 0 when the load was too short to say.</summary>
    public double HighestShare { get; private set; }

    public double Processors => processors;

    /// <summary>Takes a sample; called about once a second while load is driven, at its beginning, and at its end.</summary>
    public void Look(long nowNs)
    {
        _last = (nowNs / (double)EngineClock.NsPerSecond, usedSeconds());
        _window.Enqueue(_last);
        while (_window.Count > 2 && _last.At - _window.ElementAt(1).At >= WindowSeconds)
        {
            _window.Dequeue();
        }

        if (_last.At - _window.Peek().At >= WindowSeconds)
        {
            HighestShare = Math.Max(HighestShare, Share());
        }
    }

    /// <summary>The load is over, and this is the last sample.</summary>
    public void End(long nowNs)
    {
        Look(nowNs);
        if (HighestShare == 0 && _last.At - _window.Peek().At >= LeastSeconds)
        {
            HighestShare = Share();
        }
    }

    /// <summary>What goes into the report, beside what has been used since an instant.</summary>
    public GeneratorStats StatsSince(Generator before, int seed) => Generator.Now.Since(before, seed, Math.Round(HighestShare, 4), processors);

    private double Share() => (_last.Used - _window.Peek().Used) / (_last.At - _window.Peek().At) / processors;
}

using NBomber.Contracts;
using static NBomber.Contracts.LoadSimulation;

namespace NBomber.Engine;

/// <summary>
/// When an open simulation wants work to start, in nanoseconds since its beginning. Pure: it knows neither the time nor the work.
/// </summary>
internal abstract class OpenSchedule
{
    /// <summary>Stands for no further start.</summary>
    public const long Never = long.MaxValue;

    /// <summary>What rounding may add: a start that belongs to the instant of the end is none.</summary>
    private const double RoundingNs = 0.5;

    /// <summary>The next start, or <see cref="Never"/>.</summary>
    public long NextNs { get; protected set; }

    /// <summary>Goes on to the start after.</summary>
    public abstract void MoveOn();

    /// <summary>Starts a second at an instant.</summary>
    public abstract double RateAt(long ns);

    /// <param name="simulation">An open one.</param>
    /// <param name="fromRate">Starts a second before it, from which a ramp begins.</param>
    /// <param name="share">The share of its starts that this scenario has.</param>
    /// <param name="random">For random rates.</param>
    public static OpenSchedule Of(LoadSimulation simulation, double fromRate, double share, Random random)
    {
        var during = EngineClock.Ns(simulation.During);
        return simulation.Is switch
        {
            Kind.Inject => new Steady(RateOf(simulation, share), during, long.MaxValue),
            Kind.IterationsForInject => new Steady(RateOf(simulation, share), Never, IterationsOf(simulation, share)),
            Kind.RampingInject => new Ramp(fromRate, RateOf(simulation, share), during),
            _ => new Randomly(simulation, share, random),
        };
    }

    /// <summary>Starts a second at the end of a simulation; the mean of a random one, none in a closed one.</summary>
    public static double RateOf(LoadSimulation simulation, double share) => !simulation.IsOpen ? 0
        : (simulation.Is == Kind.InjectRandom ? (simulation.Amount + simulation.MaxAmount) / 2.0 : simulation.Amount) * share / simulation.Interval.TotalSeconds;

    public static long IterationsOf(LoadSimulation simulation, double share) => Math.Max(1, (long)Math.Round(simulation.Iterations * share));

    /// <summary>Start n at n / rate.</summary>
    private sealed class Steady : OpenSchedule
    {
        private readonly double _rate;
        private readonly double _gapNs;
        private readonly long _during;
        private readonly long _most;
        private long _next = -1;

        public Steady(double rate, long during, long most)
        {
            (_rate, _gapNs, _during, _most) = (rate, rate > 0 ? EngineClock.NsPerSecond / rate : double.PositiveInfinity, during, most);
            MoveOn();
        }

        public override void MoveOn()
        {
            _next++;
            var at = _next == 0 ? 0 : _next * _gapNs;
            NextNs = _rate > 0 && _next < _most && at < _during - RoundingNs ? (long)at : Never;
        }

        public override double RateAt(long ns) => _rate;
    }

    /// <summary>
    /// A rate that grows evenly from a to b in a time d has led to a·t + (b − a)·t²/2d starts after a time t; start n is where
    /// that is n.
    /// </summary>
    private sealed class Ramp : OpenSchedule
    {
        private readonly double _from;
        private readonly double _to;
        private readonly double _seconds;
        private long _next = -1;

        public Ramp(double from, double to, long during)
        {
            (_from, _to, _seconds) = (from, to, during / (double)EngineClock.NsPerSecond);
            MoveOn();
        }

        public override void MoveOn()
        {
            _next++;
            var inRoot = (_from * _from) + (2 * (_to - _from) * _next / _seconds);
            var divisor = _from + Math.Sqrt(Math.Max(0, inRoot));
            var at = _next == 0 ? 0 : inRoot < 0 || divisor == 0 ? double.PositiveInfinity : 2 * _next / divisor;
            NextNs = at < _seconds - (RoundingNs / EngineClock.NsPerSecond) && Math.Max(_from, _to) > 0 ? (long)(at * EngineClock.NsPerSecond) : Never;
        }

        public override double RateAt(long ns) => _from + ((_to - _from) * Math.Clamp(ns / (double)EngineClock.NsPerSecond / _seconds, 0, 1));
    }

    /// <summary>A number drawn for each interval, evenly spread over it; what a share leaves over is carried on.</summary>
    private sealed class Randomly : OpenSchedule
    {
        private readonly LoadSimulation _simulation;
        private readonly double _share;
        private readonly Random _random;
        private readonly long _interval;
        private readonly long _during;
        private long _begin;
        private double _carry;
        private int _inInterval;
        private int _done;

        public Randomly(LoadSimulation simulation, double share, Random random)
        {
            (_simulation, _share, _random) = (simulation, share, random);
            (_interval, _during) = (EngineClock.Ns(simulation.Interval), EngineClock.Ns(simulation.During));
            _begin = -_interval;
            MoveOn();
        }

        public override void MoveOn()
        {
            _done++;
            while (_done >= _inInterval)
            {
                _begin += _interval;
                if (_begin >= _during)
                {
                    NextNs = Never;
                    return;
                }

                _carry += _random.Next(_simulation.Amount, _simulation.MaxAmount + 1) * _share;
                (_inInterval, _done) = ((int)_carry, 0);
                _carry -= _inInterval;
            }

            var at = _begin + (long)(_done * (_interval / (double)_inInterval));
            NextNs = at < _during ? at : Never;
        }

        public override double RateAt(long ns) => RateOf(_simulation, _share);
    }
}

namespace Prometheus;

/// <summary>
/// A number that many cores add to at once and that can be set. What is added goes to the stripe of its core; the value is what was
/// last set plus the stripes. Setting begins a new era: what stripes hold of an older one counts no more, so that nothing needs to be
/// cleared, and every addition falls either before the setting or after it.
/// </summary>
internal sealed class GaugeCells
{
    private const int Latch = 0;
    private const int Era = 1;
    private const int Sum = 2;

    private static readonly int Stride = Stripes.Stride(3);

    private readonly long[] _cells = Stripes.Allocate(Stride);
    private readonly Lock _gate = new();
    private double _set;

    /// <summary>Begins at 1, so that stripes that were never added to are of none.</summary>
    private long _era = 1;

    /// <summary>Adds to the stripe of this core.</summary>
    public void Add(double amount)
    {
        var start = Stripes.Mine(Stride);
        Take(start);
        // Read while the stripe is held: a stripe is never of a later era than the one that is read here.
        var era = Volatile.Read(ref _era);
        var sum = _cells[start + Era] == era ? BitConverter.Int64BitsToDouble(_cells[start + Sum]) : 0;
        _cells[start + Era] = era;
        _cells[start + Sum] = BitConverter.DoubleToInt64Bits(sum + amount);
        Leave(start);
    }

    /// <summary>Sets the value.</summary>
    public void Set(double value)
    {
        lock (_gate)
        {
            Set_NeedsGate(value);
        }
    }

    /// <summary>The value now.</summary>
    public double Read()
    {
        lock (_gate)
        {
            TakeAll();
            var value = Read_NeedsGateAndStripes();
            LeaveAll();
            return value;
        }
    }

    /// <summary>Sets the value unless it is there already, or beyond.</summary>
    public void MoveTo(double target, bool up)
    {
        lock (_gate)
        {
            // With all stripes held, so that no addition falls between the look and the setting.
            TakeAll();
            var value = Read_NeedsGateAndStripes();
            if (up ? value < target : value > target)
            {
                Set_NeedsGate(target);
            }

            LeaveAll();
        }
    }

    private void Set_NeedsGate(double value)
    {
        _set = value;
        Volatile.Write(ref _era, _era + 1);
    }

    private double Read_NeedsGateAndStripes()
    {
        var value = _set;
        for (var stripe = 0; stripe < Stripes.Count; stripe++)
        {
            var start = Stripes.Start(stripe, Stride);
            if (_cells[start + Era] == _era)
            {
                value += BitConverter.Int64BitsToDouble(_cells[start + Sum]);
            }
        }

        return value;
    }

    private void TakeAll()
    {
        for (var stripe = 0; stripe < Stripes.Count; stripe++)
        {
            Take(Stripes.Start(stripe, Stride));
        }
    }

    private void LeaveAll()
    {
        for (var stripe = 0; stripe < Stripes.Count; stripe++)
        {
            Leave(Stripes.Start(stripe, Stride));
        }
    }

    /// <summary>Held for a few instructions; whoever finds it held is most often on the same core and gives way soon.</summary>
    private void Take(int start)
    {
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _cells[start + Latch], 1, 0) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Leave(int start) => Volatile.Write(ref _cells[start + Latch], 0);
}

namespace VerifyGateway.Cli.Generating;

/// <summary>
/// Deals out situations so that each keeps its share from the beginning of the fleet on, in no regular order: each terminal that
/// passes adds to the credit of every situation, and one that has enough is dealt out at the next merchant or terminal.
/// </summary>
internal sealed class SituationSchedule
{
    private const int Million = 1_000_000;

    // Gives the common situations a terminal already in a fleet of a hundred.
    private const int FirstCredit = 600_000;

    private readonly Situation[] _rows;
    private readonly long[] _credit;

    public SituationSchedule(IEnumerable<Situation> rows)
    {
        _rows = [.. rows];
        _credit = [.. _rows.Select(static _ => (long)FirstCredit)];
    }

    /// <summary>Says that so many terminals pass.</summary>
    public void Pass(int terminals)
    {
        for (var i = 0; i < _rows.Length; i++)
        {
            _credit[i] += (long)_rows[i].PerMillion * terminals;
        }
    }

    /// <summary>The situation of the next so many terminals together.</summary>
    public Situation Deal(int terminals, ref SplitMix random)
    {
        var first = random.Below(_rows.Length);
        // From half a terminal to one and a half: on average, each gets its share.
        var needed = (Million / 2) + random.Below(Million) + ((long)(terminals - 1) * Million);
        for (var i = 0; i < _rows.Length; i++)
        {
            var at = (first + i) % _rows.Length;
            if (_credit[at] >= needed)
            {
                _credit[at] -= (long)terminals * Million;
                return _rows[at];
            }
        }

        return Situation.Good;
    }
}

namespace VerifyGateway.Cli.Generating;

/// <summary>Things with a share each. Immutable.</summary>
internal sealed class Shares<T>
{
    private readonly (T Value, int Share)[] _rows;

    public Shares(params (T Value, int Share)[] rows)
    {
        _rows = rows;
        Total = rows.Sum(static row => row.Share);
    }

    /// <summary>Sum of all shares.</summary>
    public int Total { get; }

    /// <summary>The things, in the order of the table.</summary>
    public IReadOnlyList<(T Value, int Share)> Rows => _rows;

    /// <summary>Takes one with the chance of its share.</summary>
    public T Pick(ref SplitMix random)
    {
        var at = random.Below(Total);
        foreach (var (value, share) in _rows)
        {
            if ((at -= share) < 0)
            {
                return value;
            }
        }

        return _rows[^1].Value;
    }

    /// <summary>Divides a number of things by the shares; the parts add up to it.</summary>
    public IEnumerable<(T Value, int Count)> Divide(int count)
    {
        long before = 0;
        var given = 0;
        foreach (var (value, share) in _rows)
        {
            before += share;
            var upTo = (int)(count * before / Total);
            yield return (value, upTo - given);
            given = upTo;
        }
    }
}

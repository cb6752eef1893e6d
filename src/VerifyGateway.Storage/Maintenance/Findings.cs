namespace VerifyGateway.Storage.Maintenance;

/// <summary>What a check has found wrong: the first are named, all are counted. One thread at a time.</summary>
/// <param name="named">How many are named.</param>
public sealed class Findings(int named = Findings.DefaultNamed)
{
    /// <summary>How many are named unless told otherwise.</summary>
    public const int DefaultNamed = 100;

    private readonly List<string> _named = [];

    /// <summary>The first ones, a sentence each.</summary>
    public IReadOnlyList<string> Named => _named;

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>How many rows were looked at.</summary>
    public long RowsChecked { get; internal set; }

    /// <summary>Adds one.</summary>
    public void Add(string sentence)
    {
        Count++;
        if (_named.Count < named)
        {
            _named.Add(sentence);
        }
    }
}

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// What readers of Redis may rely on (R1), judged by what is offered and read and not by how it is kept: what an offer that has ended left
/// there, or something newer, unless Redis has lost it since.
/// </summary>
internal sealed class RedisWitness(Action<string, string> violated)
{
    private readonly Dictionary<object, (long Revision, long Head)> _left = [];

    /// <summary>An offer has ended.</summary>
    public void Offered(object key, long revision, long head)
    {
        if (!_left.TryGetValue(key, out var left) || (revision, head).CompareTo(left) > 0)
        {
            _left[key] = (revision, head);
        }
    }

    /// <summary>Redis has evicted a key.</summary>
    public void Lost(object key) => _left.Remove(key);

    /// <summary>Redis may have lost any of the keys.</summary>
    public void LostAll() => _left.Clear();

    /// <summary>A reader has found something, or nothing.</summary>
    public void Read(object key, (long Revision, long Head)? found)
    {
        if (_left.TryGetValue(key, out var left) && (found is not { } there || there.CompareTo(left) < 0))
        {
            violated("R1", $"{key} was read {(found is { } older ? $"as of revision {older.Revision}, head {older.Head}," : "as absent")} after an offer of revision {left.Revision}, head {left.Head}, had ended");
        }
    }
}

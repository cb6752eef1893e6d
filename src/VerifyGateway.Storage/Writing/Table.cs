using System.Runtime.InteropServices;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// The rows of one kind that a group of writes looks at: as they were loaded and as they are now, with the way back to any
/// earlier point. What was not loaded cannot be looked at: a write that did not name it would decide without knowing.
/// </summary>
internal sealed class Table<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, Cell> _cells = [];
    private readonly List<(Cell Cell, TRow? Before)> _journal = [];
    private readonly List<Cell> _touched = [];

    /// <summary>A point to go back to.</summary>
    public int Mark => _journal.Count;

    /// <summary>The row; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The row was not loaded.</exception>
    public TRow? this[TKey key] =>
        _cells.TryGetValue(key, out var cell) ? cell.Now : throw new InvalidOperationException($"A write looks at {key}, which it has not named as wanted.");

    /// <summary>True when the row, or its absence, is known.</summary>
    public bool Knows(TKey key) => _cells.ContainsKey(key);

    /// <summary>The row when it is known and there; otherwise null.</summary>
    public TRow? Find(TKey key) => _cells.GetValueOrDefault(key)?.Now;

    /// <summary>The keys of <paramref name="wanted"/> that are not known yet.</summary>
    public IEnumerable<TKey> Missing(IEnumerable<TKey> wanted) => wanted.Where(key => !_cells.ContainsKey(key));

    /// <summary>Takes a row over as it stands in the database, or its absence; what is known already stays.</summary>
    public void Load(TKey key, TRow? row)
    {
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out var exists);
        if (!exists)
        {
            cell = new Cell { Loaded = row, Now = row };
        }
        else if (row is not null && cell!.IsAbsentUntouched)
        {
            cell.Loaded = cell.Now = row;
        }
    }

    /// <summary>Changes a row.</summary>
    public void Set(TKey key, TRow? row)
    {
        if (!_cells.TryGetValue(key, out var cell))
        {
            throw new InvalidOperationException($"A write changes {key}, which it has not named as wanted.");
        }

        if (!cell.IsTouched)
        {
            cell.IsTouched = true;
            _touched.Add(cell);
        }

        _journal.Add((cell, cell.Now));
        cell.Now = row;
    }

    /// <summary>Takes back all changes after a mark.</summary>
    public void RollBackTo(int mark)
    {
        for (var i = _journal.Count - 1; i >= mark; i--)
        {
            _journal[i].Cell.Now = _journal[i].Before;
        }

        _journal.RemoveRange(mark, _journal.Count - mark);
    }

    /// <summary>The rows that are not as they were loaded, and whether each is new.</summary>
    public IEnumerable<(TRow Row, bool IsNew)> Changed() =>
        _touched.Where(static cell => cell.Now is not null && !ReferenceEquals(cell.Now, cell.Loaded)).Select(static cell => (cell.Now!, cell.Loaded is null));

    /// <summary>Makes what is now what was loaded: it has been written.</summary>
    public void Settle()
    {
        foreach (var cell in _touched)
        {
            cell.Loaded = cell.Now;
            cell.IsTouched = false;
        }

        _touched.Clear();
        _journal.Clear();
    }

    private sealed class Cell
    {
        public TRow? Loaded;
        public TRow? Now;
        public bool IsTouched;

        public bool IsAbsentUntouched => Loaded is null && Now is null && !IsTouched;
    }
}

using System.Numerics;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Fills a page that no reader knows yet with entries of another: all of them when a page grows, half of them when it splits. Homes are
/// given out first, then every guest gets a line as near to its home as there is one. The page it copies from stays as it is, so that
/// readers go on in it.
/// </summary>
internal unsafe ref struct PageBuilder
{
    private const int Word = 64;
    private const ulong Block = (1UL << PageProbe.BlockLines) - 1;

    private readonly PageView _from;
    private readonly PageView _to;
    // A bit for every line, set when it is free.
    private readonly Span<ulong> _free;
    private bool _anyLong;

    private PageBuilder(PageView from, PageView to, Span<ulong> free)
    {
        _from = from;
        _to = to;
        _free = free;
    }

    /// <summary>Copies entries.</summary>
    /// <param name="from">Where they are.</param>
    /// <param name="to">The page to fill: chunks and shape are set, lines are not, and there are enough for what comes.</param>
    public static void Fill(in PageView from, in PageView to)
    {
        var builder = new PageBuilder(from, to, stackalloc ulong[to.Lines / Word]);
        builder.Run();
    }

    private void Run()
    {
        _free.Fill(ulong.MaxValue);
        for (var slot = 0; slot < _to.Lines; slot++)
        {
            Line.SetLink(_to.At(slot), LineKind.Free, Line.None);
        }

        Span<ushort> guests = stackalloc ushort[PageLine.MaxLines];
        var count = PlaceHomes(guests);
        // First those for whom there is room in the block of their home, so that others do not take it.
        count = PlaceGuests(guests[..count], near: true);
        PlaceGuests(guests[..count], near: false);
        if (_anyLong)
        {
            PlaceMore();
        }

        ListFree();
    }

    private int PlaceHomes(scoped Span<ushort> guests)
    {
        var count = 0;
        for (var slot = 0; slot < _from.Lines; slot++)
        {
            var line = _from.At(slot);
            if (!Line.IsEntry(line) || !PageShape.Holds(_to.Page->Shape, Line.Hash(line)))
            {
                continue;
            }

            _anyLong |= Line.IsLong(line);
            var home = PageProbe.Home(Line.Hash(line), _to.Lines);
            if (TryTake(home))
            {
                Line.Copy(line, _to.At(home));
                Line.SetLink(_to.At(home), LineKind.Home, Line.None);
            }
            else
            {
                guests[count++] = (ushort)slot;
            }
        }

        return count;
    }

    /// <summary>Places guests, and leaves those that find no room at the beginning of the span: how many.</summary>
    private int PlaceGuests(scoped Span<ushort> guests, bool near)
    {
        var left = 0;
        foreach (var guest in guests)
        {
            var line = _from.At(guest);
            var home = PageProbe.Home(Line.Hash(line), _to.Lines);
            if (near && (_free[home / Word] & BlockOf(home)) == 0)
            {
                guests[left++] = guest;
                continue;
            }

            var slot = TakeNear(home);
            Line.Copy(line, _to.At(slot));
            Line.SetLink(_to.At(slot), LineKind.Guest, Line.Next(_to.At(home)));
            Line.SetNext(_to.At(home), slot);
        }

        return left;
    }

    /// <summary>Copies the further lines of long entries, whose first lines still say where these are in the old page.</summary>
    private void PlaceMore()
    {
        for (var slot = 0; slot < _to.Lines; slot++)
        {
            var entry = _to.At(slot);
            if (!Line.IsEntry(entry) || !Line.IsLong(entry))
            {
                continue;
            }

            var before = slot;
            for (var old = Line.First(entry); old != Line.None; old = Line.Next(_from.At(old)))
            {
                var more = TakeNear(before);
                Line.Copy(_from.At(old), _to.At(more));
                Line.SetLink(_to.At(more), LineKind.More, Line.None);
                Line.SetBefore(_to.At(more), before);
                if (before == slot)
                {
                    Line.SetFirst(entry, more);
                }
                else
                {
                    Line.SetNext(_to.At(before), more);
                }

                before = more;
            }
        }
    }

    private void ListFree()
    {
        var page = _to.Page;
        page->FreeHead = Line.None;
        page->FreeCount = 0;
        page->Hand = 0;
        for (var word = _free.Length - 1; word >= 0; word--)
        {
            for (var bits = _free[word]; bits != 0; bits &= bits - 1)
            {
                _to.PushFree((word * Word) + BitOperations.TrailingZeroCount(bits));
            }
        }
    }

    private bool TryTake(int slot)
    {
        var bit = 1UL << (slot % Word);
        ref var free = ref _free[slot / Word];
        if ((free & bit) == 0)
        {
            return false;
        }

        free &= ~bit;
        return true;
    }

    private static ulong BlockOf(int slot) => Block << (slot % Word & ~(PageProbe.BlockLines - 1));

    /// <summary>Takes a free line in the block of another, or else in the same page of memory, or else wherever there is one.</summary>
    private readonly int TakeNear(int slot)
    {
        var word = slot / Word;
        var bits = _free[word] & BlockOf(slot);
        if (bits == 0)
        {
            while (_free[word] == 0)
            {
                word = word + 1 == _free.Length ? 0 : word + 1;
            }

            bits = _free[word];
        }

        var bit = BitOperations.TrailingZeroCount(bits);
        _free[word] &= ~(1UL << bit);
        return (word * Word) + bit;
    }
}

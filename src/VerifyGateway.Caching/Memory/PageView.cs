namespace VerifyGateway.Caching.Memory;

/// <summary>
/// A page as its writer sees it, who holds the shard's lock. Lines form a hash table with chains inside of the page: an entry is in its
/// home, or in the chain that begins there; who has another's home moves when the owner comes. So a page can be full to the last line,
/// and a look-up still touches one line and a half. Methods that change lines are called between <see cref="PageLine.BeginChange"/> and
/// <see cref="PageLine.EndChange"/>, or on a page that no reader knows.
/// </summary>
internal readonly unsafe struct PageView(PageLine* page, nint[] bases)
{
    private readonly PageLine* _page = page;
    private readonly nint[] _bases = bases;

    public PageLine* Page => _page;

    public int Chunks => PageShape.Chunks(_page->Shape);

    public int Lines => Chunks * LineArena.LinesAChunk;

    public int FreeLines => _page->FreeCount;

    public byte* At(int slot) =>
        LineArena.Address(_bases, _page->Chunks[slot / LineArena.LinesAChunk]) + ((slot % LineArena.LinesAChunk) * PageLine.Bytes);

    /// <summary>The slot of an entry; -1 when it is not there.</summary>
    public int Find(in RecordHash hash)
    {
        if (Lines == 0)
        {
            return -1;
        }

        var slot = PageProbe.Home(hash, Lines);
        if (Line.Kind(At(slot)) != LineKind.Home)
        {
            return -1;
        }

        for (; slot != Line.None; slot = Line.Next(At(slot)))
        {
            if (Line.Has(At(slot), hash))
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>Lines that the entry of a slot takes.</summary>
    public int LinesOf(int slot) => Line.Count(Line.Length(Line.Meta(At(slot))));

    /// <summary>
    /// Reads the lines that the insertion of a short entry is about to write to: readers of the page wait as long as it is being changed,
    /// which is no time to wait for memory. Who writes may lose its processor as well, and does so the more rarely in between the shorter
    /// that takes.
    /// </summary>
    public void ReadAhead(in RecordHash hash)
    {
        var home = PageProbe.Home(hash, Lines);
        var owner = At(home);
        switch (Line.Kind(owner))
        {
            case LineKind.Free:
                ReadNeighbours(home);
                break;
            case LineKind.Guest:
                BeforeInChain(home);
                ReadFreeNear(PageProbe.Home(Line.Hash(owner), Lines));
                break;
            case LineKind.More:
                ReadNeighbours(home);
                ReadFreeNear(home);
                break;
            default:
                ReadFreeNear(home);
                break;
        }
    }

    /// <summary>Reads the first free lines, which the removal of an entry is about to write to.</summary>
    public void ReadFreeAhead()
    {
        var first = _page->FreeHead;
        Read(first);
        Read(first == Line.None ? first : Line.Next(At(first)));
    }

    /// <summary>Adds an entry that is not there; there are enough free lines.</summary>
    public void Insert(in RecordHash hash, long revision, ReadOnlySpan<byte> value)
    {
        var home = PageProbe.Home(hash, Lines);
        var owner = At(home);
        var slot = home;
        if (Line.Kind(owner) == LineKind.Home)
        {
            slot = PopFreeNear(home);
            Line.SetLink(At(slot), LineKind.Guest, Line.Next(owner));
            Line.SetNext(owner, slot);
        }
        else
        {
            if (Line.Kind(owner) == LineKind.Free)
            {
                TakeFree(home);
            }
            else
            {
                Displace(home);
            }

            Line.SetLink(owner, LineKind.Home, Line.None);
        }

        var line = At(slot);
        line[Line.UsedAt] = 0;
        *(ulong*)line = hash.Low;
        *(ulong*)(line + Line.HighAt) = hash.High;
        WriteValue(slot, revision, value);
    }

    /// <summary>Gives an entry another value; there are enough free lines for what it needs more.</summary>
    public void Overwrite(int slot, long revision, ReadOnlySpan<byte> value)
    {
        FreeMore(slot);
        WriteValue(slot, revision, value);
    }

    /// <summary>Takes an entry out; the next of its chain moves into a home that becomes free.</summary>
    public void Remove(int slot)
    {
        FreeMore(slot);
        var line = At(slot);
        var next = Line.Next(line);
        if (Line.Kind(line) == LineKind.Guest)
        {
            Line.SetNext(At(BeforeInChain(slot)), next);
            PushFree(slot);
        }
        else if (next == Line.None)
        {
            PushFree(slot);
        }
        else
        {
            var guest = At(next);
            Line.Copy(guest, line);
            Line.SetLink(line, LineKind.Home, Line.Next(guest));
            PointMoreAt(slot);
            PushFree(next);
        }
    }

    /// <summary>
    /// Evicts one entry: the first that was not used since the hand came by last, whose marks it clears on its way. False when there is
    /// none but the one to keep.
    /// </summary>
    public bool TryEvict(in RecordHash keep)
    {
        var lines = Lines;
        var hand = _page->Hand < lines ? _page->Hand : 0;
        for (var steps = 0; steps < 2 * lines; steps++)
        {
            var slot = hand;
            hand = hand + 1 == lines ? 0 : hand + 1;
            var line = At(slot);
            if (!Line.IsEntry(line) || Line.Has(line, keep))
            {
                continue;
            }

            if (line[Line.UsedAt] != 0)
            {
                line[Line.UsedAt] = 0;
                continue;
            }

            _page->Hand = (ushort)hand;
            ReadFreeAhead();
            PageLine.BeginChange(_page);
            Remove(slot);
            PageLine.EndChange(_page);
            return true;
        }

        return false;
    }

    /// <summary>Puts a line at the head of the list of free ones.</summary>
    public void PushFree(int slot)
    {
        var line = At(slot);
        Line.SetLink(line, LineKind.Free, _page->FreeHead);
        Line.SetBefore(line, Line.None);
        if (_page->FreeHead != Line.None)
        {
            Line.SetBefore(At(_page->FreeHead), slot);
        }

        _page->FreeHead = (ushort)slot;
        _page->FreeCount++;
    }

    private int PopFree()
    {
        var slot = _page->FreeHead;
        TakeFree(slot);
        return slot;
    }

    /// <summary>A free line in the block of another, which readers fetch with it, or else any.</summary>
    private int PopFreeNear(int slot)
    {
        var near = FreeNear(slot);
        if (near == Line.None)
        {
            return PopFree();
        }

        TakeFree(near);
        return near;
    }

    private int FreeNear(int slot)
    {
        var block = slot & ~(PageProbe.BlockLines - 1);
        for (var near = block; near < block + PageProbe.BlockLines; near++)
        {
            if (Line.Kind(At(near)) == LineKind.Free)
            {
                return near;
            }
        }

        return Line.None;
    }

    /// <summary>Reads what <see cref="PopFreeNear"/> is about to write to.</summary>
    private void ReadFreeNear(int slot)
    {
        var near = FreeNear(slot);
        if (near == Line.None)
        {
            ReadFreeAhead();
        }
        else
        {
            ReadNeighbours(near);
        }
    }

    /// <summary>Reads the lines before and after another in the list or the chain that it is in.</summary>
    private void ReadNeighbours(int slot)
    {
        Read(Line.Before(At(slot)));
        Read(Line.Next(At(slot)));
    }

    /// <summary>Has a line in the processor's cache before anything that follows is written.</summary>
    private void Read(int slot)
    {
        if (slot != Line.None)
        {
            Volatile.Read(ref *At(slot));
        }
    }

    private void TakeFree(int slot)
    {
        var line = At(slot);
        var (before, next) = (Line.Before(line), Line.Next(line));
        if (before == Line.None)
        {
            _page->FreeHead = (ushort)next;
        }
        else
        {
            Line.SetNext(At(before), next);
        }

        if (next != Line.None)
        {
            Line.SetBefore(At(next), before);
        }

        _page->FreeCount--;
    }

    /// <summary>Moves what is in a slot that its owner comes for: a guest, or more bytes of an entry.</summary>
    private void Displace(int from)
    {
        var line = At(from);
        var to = PopFreeNear(Line.Kind(line) == LineKind.Guest ? PageProbe.Home(Line.Hash(line), Lines) : from);
        if (Line.Kind(line) == LineKind.Guest)
        {
            Line.SetNext(At(BeforeInChain(from)), to);
            Line.Copy(line, At(to));
            PointMoreAt(to);
            return;
        }

        Line.Copy(line, At(to));
        SetAfter(Line.Before(line), to);
        if (Line.Next(line) != Line.None)
        {
            Line.SetBefore(At(Line.Next(line)), to);
        }
    }

    private int BeforeInChain(int slot)
    {
        var before = PageProbe.Home(Line.Hash(At(slot)), Lines);
        while (Line.Next(At(before)) != slot)
        {
            before = Line.Next(At(before));
        }

        return before;
    }

    /// <summary>Tells the further lines of an entry that has moved where it is.</summary>
    private void PointMoreAt(int slot)
    {
        if (Line.IsLong(At(slot)))
        {
            Line.SetBefore(At(Line.First(At(slot))), slot);
        }
    }

    /// <summary>Sets what follows a line of an entry.</summary>
    private void SetAfter(int slot, int next)
    {
        if (Line.Kind(At(slot)) == LineKind.More)
        {
            Line.SetNext(At(slot), next);
        }
        else
        {
            Line.SetFirst(At(slot), next);
        }
    }

    private void FreeMore(int slot)
    {
        var more = Line.IsLong(At(slot)) ? Line.First(At(slot)) : Line.None;
        while (more != Line.None)
        {
            var next = Line.Next(At(more));
            PushFree(more);
            more = next;
        }
    }

    private void WriteValue(int slot, long revision, ReadOnlySpan<byte> value)
    {
        var line = At(slot);
        *(ulong*)(line + Line.MetaAt) = Line.MetaOf(revision, value.Length);
        if (value.Length <= Line.ShortBytes)
        {
            value.CopyTo(new Span<byte>(line + Line.ValueAt, Line.ShortBytes));
            return;
        }

        value[..Line.LongFirstBytes].CopyTo(new Span<byte>(line + Line.LongValueAt, Line.LongFirstBytes));
        value = value[Line.LongFirstBytes..];
        var before = slot;
        while (!value.IsEmpty)
        {
            var slotOfMore = PopFree();
            var more = At(slotOfMore);
            Line.SetLink(more, LineKind.More, Line.None);
            Line.SetBefore(more, before);
            SetAfter(before, slotOfMore);
            var first = Math.Min(value.Length, Line.MoreFirstBytes);
            value[..first].CopyTo(new Span<byte>(more + Line.MoreAt, Line.MoreFirstBytes));
            var second = Math.Min(value.Length - first, Line.ShortBytes);
            value.Slice(first, second).CopyTo(new Span<byte>(more + Line.ValueAt, Line.ShortBytes));
            value = value[(first + second)..];
            before = slotOfMore;
        }
    }
}

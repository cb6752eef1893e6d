namespace VerifyGateway.Server.Frames;

/// <summary>What a block of headers has to do with the table of headers that both ends of a connection keep (HPACK, RFC 7541).</summary>
internal enum TableUse
{
    /// <summary>Nothing: its bytes mean the same at any time.</summary>
    None,
    /// <summary>It names entries of the table: its bytes mean the same as long as the table does not change.</summary>
    Reads,
    /// <summary>It changes the table, or cannot be read.</summary>
    Changes,
}

/// <summary>Looks at how a block of headers is put together. What the headers are is not decoded.</summary>
internal static class HeaderBlock
{
    private const int StaticEntries = 61;

    /// <summary>Says what a block has to do with the table.</summary>
    public static TableUse UseOf(ReadOnlySpan<byte> block)
    {
        var use = TableUse.None;
        while (block.Length > 0)
        {
            var first = block[0];
            if (first >= 0x80)
            {
                if (!TryNumber(ref block, 0x7F, out var entry) || entry == 0)
                {
                    return TableUse.Changes;
                }

                use = entry > StaticEntries ? TableUse.Reads : use;
                continue;
            }

            // A literal that is put into the table, or a new size of it.
            if (first >= 0x20 || !TryNumber(ref block, 0x0F, out var name) || (name == 0 && !TrySkipText(ref block)) || !TrySkipText(ref block))
            {
                return TableUse.Changes;
            }

            use = name > StaticEntries ? TableUse.Reads : use;
        }

        return use;
    }

    private static bool TrySkipText(ref ReadOnlySpan<byte> block)
    {
        if (!TryNumber(ref block, 0x7F, out var length) || length > block.Length)
        {
            return false;
        }

        block = block[length..];
        return true;
    }

    /// <summary>Reads a number whose first bits are in a byte together with others (section 5.1). None of a block is longer than three bytes.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> block, int mask, out int number)
    {
        number = 0;
        if (block.Length == 0)
        {
            return false;
        }

        number = block[0] & mask;
        block = block[1..];
        if (number < mask)
        {
            return true;
        }

        for (var shift = 0; shift < 14 && block.Length > 0; shift += 7)
        {
            var more = block[0];
            block = block[1..];
            number += (more & 0x7F) << shift;
            if (more < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VerifyGateway.Domain.Policies;

/// <summary>Rows of bits, one bit a policy, while an index is built.</summary>
internal sealed class BitRows(ImmutableArray<PolicyRule> policies, int words)
{
    private readonly List<ulong> _bits = [];

    /// <summary>Adds a row of the policies whose scope does not name the fact.</summary>
    public int AddAny(Func<PolicyScope, bool> namesNone) => AddEach(1, (scope, _) => namesNone(scope));

    /// <summary>Adds a row for each value that a scope names: the policies that name it and those of the row "any".</summary>
    public Dictionary<TValue, int> AddNamed<TValue>(Func<PolicyScope, IEnumerable<TValue>> named, int any)
        where TValue : notnull
    {
        var rows = new Dictionary<TValue, int>();
        for (var bit = 0; bit < policies.Length; bit++)
        {
            foreach (var value in named(policies[bit].Scope))
            {
                if (!rows.TryGetValue(value, out var row))
                {
                    row = AddEmpty();
                    Merge(row, any);
                    rows.Add(value, row);
                }

                Set(row, bit);
            }
        }

        return rows;
    }

    /// <summary>Adds so many rows and gives the first.</summary>
    public int AddEach(int count, Func<PolicyScope, int, bool> holds)
    {
        var first = words == 0 ? 0 : _bits.Count / words;
        for (var i = 0; i < count; i++)
        {
            var row = AddEmpty();
            for (var bit = 0; bit < policies.Length; bit++)
            {
                if (holds(policies[bit].Scope, i))
                {
                    Set(row, bit);
                }
            }
        }

        return first;
    }

    /// <summary>Sets in a row what is set in another.</summary>
    public void Merge(int into, int from)
    {
        var bits = CollectionsMarshal.AsSpan(_bits);
        for (var word = 0; word < words; word++)
        {
            bits[(into * words) + word] |= bits[(from * words) + word];
        }
    }

    public ulong[] ToArray() => [.. _bits];

    private int AddEmpty()
    {
        var row = words == 0 ? 0 : _bits.Count / words;
        CollectionsMarshal.SetCount(_bits, _bits.Count + words);
        CollectionsMarshal.AsSpan(_bits)[(row * words)..].Clear();
        return row;
    }

    private void Set(int row, int bit) => CollectionsMarshal.AsSpan(_bits)[(row * words) + (bit / 64)] |= 1UL << (bit % 64);
}

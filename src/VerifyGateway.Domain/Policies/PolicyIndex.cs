using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Policies;

/// <summary>
/// Finds the policies whose scope holds a check, in their order, without looking at the others. A policy's place in the order is
/// a bit; for each value of each fact there is a row of bits of the policies that speak of it or of any; the policies in
/// question are the bits that are set in all five rows of a check. Immutable, safe from any thread, free of allocation to search.
/// </summary>
internal sealed class PolicyIndex
{
    /// <summary>The most values of the scopes times policies that an index holds: 128 MiB, one bit each.</summary>
    internal const long MostBits = 128L * 1024 * 1024 * 8;

    private const int Categories = 10_000;
    private const int BlockWords = 4;
    private const int MerchantKinds = 6;
    private const int AccountClasses = 4;
    private const int TransactionKinds = 12;
    private const int CardClasses = 5;
    private const int CodeKinds = 3;

    private readonly ImmutableArray<PolicyRule> _inOrder;
    private readonly int _words;
    private readonly ulong[] _bits;
    private readonly FrozenDictionary<AcquirerId, int> _acquirers;
    private readonly FrozenDictionary<int, int> _regions;
    private readonly int[] _categories;
    private readonly (int Acquirer, int Region, int Category, int Merchant, int Query) _firstRows;

    /// <summary>Indexes policies that are in their order already.</summary>
    public PolicyIndex(ImmutableArray<PolicyRule> inOrder)
    {
        _inOrder = inOrder;
        _words = (inOrder.Length + (64 * BlockWords) - 1) / (64 * BlockWords) * BlockWords;
        var rows = new BitRows(inOrder, _words);

        _firstRows.Acquirer = rows.AddAny(static scope => scope.Acquirers.IsEmpty);
        _acquirers = rows.AddNamed(static scope => scope.Acquirers, _firstRows.Acquirer).ToFrozenDictionary();

        _firstRows.Region = rows.AddAny(static scope => scope.Regions.IsEmpty);
        var regions = rows.AddNamed(static scope => scope.Regions.Select(static region => region.Number), _firstRows.Region);
        foreach (var (region, row) in regions.OrderBy(static it => Rank(it.Key)))
        {
            // Whoever names the city or the province speaks of the place as well.
            rows.Merge(row, regions.GetValueOrDefault(region / 100 * 100, row));
            rows.Merge(row, regions.GetValueOrDefault(region / 10_000 * 10_000, row));
        }

        _regions = regions.ToFrozenDictionary();

        _firstRows.Category = rows.AddAny(static scope => scope.Categories.IsEmpty);
        _categories = new int[Categories];
        Array.Fill(_categories, _firstRows.Category);
        foreach (var (category, row) in rows.AddNamed(static scope => scope.Categories.Select(static it => it.Number), _firstRows.Category))
        {
            _categories[category] = row;
        }

        _firstRows.Merchant = rows.AddEach(MerchantKinds * AccountClasses, static (scope, row) =>
            Holds(scope.MerchantKinds, (MerchantKind)(row / AccountClasses)) && Holds(scope.AccountClasses, (AccountClass)(row % AccountClasses)));
        _firstRows.Query = rows.AddEach(TransactionKinds * CardClasses * CodeKinds, static (scope, row) =>
            HoldsKind(scope.TransactionKinds, (TransactionKind)(row / (CardClasses * CodeKinds)))
            && Holds(scope.CardClasses, (CardClass)(row / CodeKinds % CardClasses)) && Holds(scope.CodeKinds, (CodeKind)(row % CodeKinds)));
        _bits = rows.ToArray();
    }

    /// <summary>Words of one row.</summary>
    public int Words => _words;

    /// <summary>The policies whose scope holds the check, but for amounts and times, which are for the caller to look at.</summary>
    /// <param name="query">The check.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="place">Where to work out what is in all rows: <see cref="Words"/> words.</param>
    public Matches Find(in StatusQuery query, MerchantRecord merchant, Span<ulong> place)
    {
        if (_words == 0)
        {
            return default;
        }

        var merchantRow = (Known((int)(merchant.Kind ?? 0), MerchantKinds) * AccountClasses) + Known((int)(merchant.AccountClass ?? 0), AccountClasses);
        var kind = (int)query.Kind is > 0 and < TransactionKinds and var known ? known : (int)TransactionKind.Sale;
        var queryRow = (((kind * CardClasses) + Known((int)(query.PayerInPlace.CardClass ?? 0), CardClasses)) * CodeKinds) + Known((int)(query.PayerInPlace.Code ?? 0), CodeKinds);
        And(
            place,
            Row(_acquirers.Count > 0 && _acquirers.TryGetValue(query.Acquirer, out var acquirer) ? acquirer : _firstRows.Acquirer),
            Row(RegionRow(merchant.Region.Number)),
            Row(merchant.Category.Number is >= 0 and var category ? _categories[category] : _firstRows.Category),
            Row(_firstRows.Merchant + merchantRow),
            Row(_firstRows.Query + queryRow));
        return new Matches(_inOrder.AsSpan(), place);
    }

    private static void And(Span<ulong> into, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> e)
    {
        for (var at = 0; at <= into.Length - BlockWords; at += BlockWords)
        {
            var block = Vector256.Create(a[at..]) & Vector256.Create(b[at..]) & Vector256.Create(c[at..]) & Vector256.Create(d[at..]) & Vector256.Create(e[at..]);
            block.CopyTo(into[at..]);
        }
    }

    /// <summary>The number of a value; that of "not known" for one that is none of those defined.</summary>
    private static int Known(int number, int count) => number < count ? number : 0;

    private int RegionRow(int region)
    {
        if (region == 0 || _regions.Count == 0)
        {
            return _firstRows.Region;
        }

        return _regions.TryGetValue(region, out var row) || _regions.TryGetValue(region / 100 * 100, out row) || _regions.TryGetValue(region / 10_000 * 10_000, out row)
            ? row
            : _firstRows.Region;
    }

    private ReadOnlySpan<ulong> Row(int row) => _bits.AsSpan(row * _words, _words);

    private static int Rank(int region) => region % 10_000 == 0 ? 0 : region % 100 == 0 ? 1 : 2;

    private static bool Holds<T>(ImmutableArray<T> named, T value)
        where T : struct, Enum => named.IsEmpty || named.Contains(value);

    private static bool HoldsKind(ImmutableArray<TransactionKind> named, TransactionKind kind) =>
        named.IsEmpty ? TransactionRules.TakesNewValue(kind) : named.Contains(kind);

    /// <summary>Walks the policies found. What is in all rows is worked out four words at a time, into a place of the caller's.</summary>
    internal ref struct Matches
    {
        private readonly ReadOnlySpan<PolicyRule> _inOrder;
        private readonly ReadOnlySpan<ulong> _all;
        private int _word = -1;
        private ulong _rest;

        internal Matches(ReadOnlySpan<PolicyRule> inOrder, ReadOnlySpan<ulong> all)
        {
            _inOrder = inOrder;
            _all = all;
        }

        /// <summary>The policy at this place.</summary>
        public readonly PolicyRule Current => _inOrder[(_word * 64) + BitOperations.TrailingZeroCount(_rest)];

        /// <summary>Goes to the next policy in the order; false at the end.</summary>
        public bool MoveNext()
        {
            // The one that was current is done with; before the first, nothing is.
            _rest &= _rest - 1;
            while (_rest == 0)
            {
                if ((uint)(_word + 1) >= (uint)_all.Length)
                {
                    return false;
                }

                _rest = _all[++_word];
            }

            return true;
        }
    }
}

using System.Numerics;

namespace VerifyGateway.Domain.Reasons;

/// <summary>
/// A set of reasons in one machine word: the bit of a reason is its place in the table, so that the lowest bit is the reason that
/// comes first. Enumerates in the order of precedence, without allocation.
/// </summary>
public readonly record struct ReasonSet
{
    private readonly ulong _bits;

    private ReasonSet(ulong bits) => _bits = bits;

    /// <summary>The empty set.</summary>
    public static ReasonSet None => default;

    /// <summary>The confidential reasons of the table.</summary>
    public static ReasonSet Confidential { get; } = Of([.. ReasonTable.All.Where(row => row.IsConfidential).Select(row => row.Reason)]);

    /// <summary>True when nothing is in the set.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>Number of reasons in the set.</summary>
    public int Count => BitOperations.PopCount(_bits);

    /// <summary>The reason to act on: the first in precedence; <see cref="Reason.Ok"/> of an empty set.</summary>
    public Reason First => _bits == 0 ? Reason.Ok : ReasonTable.All[BitOperations.TrailingZeroCount(_bits)].Reason;

    /// <summary>A set of these reasons.</summary>
    public static ReasonSet Of(params ReadOnlySpan<Reason> reasons)
    {
        ulong bits = 0;
        foreach (var reason in reasons)
        {
            bits |= BitOf(reason);
        }

        return new ReasonSet(bits);
    }

    /// <summary>True when the reason is in the set.</summary>
    public bool Contains(Reason reason) => (_bits & BitOf(reason)) != 0;

    /// <summary>The set with one more reason.</summary>
    public ReasonSet With(Reason reason) => new(_bits | BitOf(reason));

    /// <summary>The reasons that are in both sets.</summary>
    public ReasonSet And(ReasonSet other) => new(_bits & other._bits);

    /// <summary>The reasons that are in either set.</summary>
    public ReasonSet Or(ReasonSet other) => new(_bits | other._bits);

    /// <summary>The reasons of this set that are not in the other.</summary>
    public ReasonSet Except(ReasonSet other) => new(_bits & ~other._bits);

    /// <summary>
    /// What a caller who may not tell the confidential reasons apart is shown: any of them becomes
    /// <see cref="Reason.FrozenByRisk"/>, so that a judicial hold, a sanction and a risk hold look alike.
    /// </summary>
    public ReasonSet Outward() => And(Confidential).IsEmpty ? this : Except(Confidential).With(Reason.FrozenByRisk);

    /// <summary>Enumerates in the order of precedence.</summary>
    public Enumerator GetEnumerator() => new(_bits);

    private static ulong BitOf(Reason reason) => 1UL << ReasonTable.PlaceOf(reason);

    /// <summary>Walks a <see cref="ReasonSet"/>.</summary>
    public struct Enumerator
    {
        private ulong _rest;

        internal Enumerator(ulong bits) => _rest = bits;

        /// <summary>The reason at this place.</summary>
        public Reason Current { get; private set; }

        /// <summary>Goes to the next reason; false at the end.</summary>
        public bool MoveNext()
        {
            if (_rest == 0)
            {
                return false;
            }

            Current = ReasonTable.All[BitOperations.TrailingZeroCount(_rest)].Reason;
            _rest &= _rest - 1;
            return true;
        }
    }
}

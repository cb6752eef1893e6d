using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// Words of an explanation, written as an interpolated string. Where nobody asked why, nothing of it is looked at: it costs a comparison.
/// What is small is inlined and what is not is kept out, so that a decision's methods stay small.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Words
{
    private readonly StringBuilder? _text;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Words(int literalLength, int formattedCount, in Findings found, out bool isWanted)
    {
        isWanted = found.Explains;
        _text = isWanted ? Begin(literalLength, formattedCount) : null;
    }

    /// <summary>True when words were given, be they empty.</summary>
    public bool IsStated => _text is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AppendLiteral(string text) => _text!.Append(text);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AppendFormatted<T>(T value) => Append(_text!, value);

    public override string ToString() => _text?.ToString() ?? "";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StringBuilder Begin(int literalLength, int formattedCount) => new(literalLength + (formattedCount * 16));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Append<T>(StringBuilder text, T value) => text.Append(CultureInfo.InvariantCulture, $"{value}");
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace VerifyGateway.Domain.Deciding;

/// <summary>Words of an explanation, written as an interpolated string. Where nobody asked why, nothing of it is looked at: it costs a comparison.</summary>
[InterpolatedStringHandler]
internal readonly struct Words
{
    private readonly StringBuilder? _text;

    public Words(int literalLength, int formattedCount, in Findings found, out bool isWanted)
    {
        isWanted = found.Explains;
        _text = isWanted ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
    }

    /// <summary>True when words were given, be they empty.</summary>
    public bool IsStated => _text is not null;

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => _text?.ToString() ?? "";
}

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// The number of a document or a card with its middle hidden, for people to compare: empty when unknown, else at most 64
/// characters with four or more asterisks in a row and at most 10 that are none. Equality is ordinal.
/// </summary>
public readonly record struct Mask
{
    /// <summary>The mask is longer than 64 characters.</summary>
    public static readonly IdentifierRule Length = new("MASK_LENGTH", "A mask has at most 64 characters.");

    /// <summary>A character is neither letter, digit nor asterisk.</summary>
    public static readonly IdentifierRule Charset = new("MASK_CHARSET", "A mask holds letters A-Z, a-z, digits and asterisks only.");

    /// <summary>The mask hides too little.</summary>
    public static readonly IdentifierRule Clear = new("MASK_CLEAR", "A mask has four or more asterisks in a row and at most 10 other characters.");

    private readonly string? _text;

    private Mask(string text) => _text = text;

    /// <summary>Takes the text if it is a mask; otherwise names the first rule that it breaks.</summary>
    public static bool TryParse(string text, out Mask value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        var hidden = text.Count(static c => c == '*');
        broken = text.Length > 64 ? Length
            : text.Any(static c => !char.IsAsciiLetterOrDigit(c) && c != '*') ? Charset
            : text.Length > 0 && (!text.Contains("****", StringComparison.Ordinal) || text.Length - hidden > 10) ? Clear
            : null;
        value = broken is null ? new Mask(text) : default;
        return broken is null;
    }

    /// <summary>
    /// The mask that shows the first and last characters of a text and keeps its length; none for no text. When fewer than
    /// <paramref name="leastHidden"/> would be hidden, fewer of the first are shown, then fewer of the last. What a mask does not hold is hidden too.
    /// </summary>
    internal static Mask Hiding(string? text, int first, int last, int leastHidden = 4)
    {
        Debug.Assert(first + last <= 10 && leastHidden >= 4, "the mask would show too much");
        if (text is null)
        {
            return default;
        }

        first = Math.Clamp(text.Length - last - leastHidden, 0, first);
        last = Math.Clamp(text.Length - leastHidden, 0, last);
        var masked = string.Create(text.Length, (text, first, last), static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                var shown = i < from.first || i >= to.Length - from.last;
                to[i] = shown && char.IsAsciiLetterOrDigit(from.text[i]) ? from.text[i] : '*';
            }
        });
        return new Mask(masked.Length < leastHidden ? masked.PadRight(leastHidden, '*') : masked);
    }

    /// <summary>The characters; empty when unknown.</summary>
    public override string ToString() => _text ?? "";
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Policies;

/// <summary>
/// Version of a terminal's program: 1 to 4 numbers of 0 to 65,535 with dots between them, compared number by number; what is
/// missing at the end counts as 0. The default is "none", which is older than every version.
/// </summary>
public readonly record struct AppVersion : IComparable<AppVersion>
{
    /// <summary>Not 1 to 4 numbers with dots.</summary>
    public static readonly IdentifierRule Form = new("APP_VERSION_FORM", "A program version is 1 to 4 numbers of 0 to 65535 with dots between them.");

    private readonly ulong _numbers;

    private AppVersion(ulong numbers) => (_numbers, IsStated) = (numbers, true);

    /// <summary>True when there is a version.</summary>
    public bool IsStated { get; }

    /// <summary>Takes the text if it is a version; otherwise names the rule that it breaks.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AppVersion value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        ulong numbers = 0;
        var parts = 0;
        var sound = text.Length <= 23;
        for (var rest = text; sound && parts <= 4; parts++)
        {
            var dot = rest.IndexOf('.');
            var part = dot < 0 ? rest : rest[..dot];
            // The framework's parser lets zero characters pass at the end of a number.
            sound = parts < 4 && !part.ContainsAnyExceptInRange('0', '9')
                && ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (numbers |= (ulong)number << (48 - (16 * parts))) >= 0;
            if (dot < 0)
            {
                break;
            }

            rest = rest[(dot + 1)..];
        }

        broken = sound ? null : Form;
        value = sound ? new AppVersion(numbers) : default;
        return sound;
    }

    /// <inheritdoc />
    public int CompareTo(AppVersion other) => IsStated == other.IsStated ? _numbers.CompareTo(other._numbers) : IsStated ? 1 : -1;

    /// <summary>True when the left version is older.</summary>
    public static bool operator <(AppVersion left, AppVersion right) => left.CompareTo(right) < 0;

    /// <summary>True when the left version is newer.</summary>
    public static bool operator >(AppVersion left, AppVersion right) => left.CompareTo(right) > 0;

    /// <summary>True when the left version is older or the same.</summary>
    public static bool operator <=(AppVersion left, AppVersion right) => left.CompareTo(right) <= 0;

    /// <summary>True when the left version is newer or the same.</summary>
    public static bool operator >=(AppVersion left, AppVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The four numbers with dots between them; empty when there is no version.</summary>
    public override string ToString() => IsStated
        ? string.Create(CultureInfo.InvariantCulture, $"{_numbers >> 48}.{(ushort)(_numbers >> 32)}.{(ushort)(_numbers >> 16)}.{(ushort)_numbers}")
        : "";
}

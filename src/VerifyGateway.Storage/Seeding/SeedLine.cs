using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Seeding;

/// <summary>One line's fields; reading them notes what is wrong and goes on, so that one pass names everything.</summary>
internal sealed class SeedLine
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly Dictionary<string, string?> _fields = new(StringComparer.Ordinal);
    private readonly int _number;
    private readonly List<SeedProblem> _problems;

    private SeedLine(int number, List<SeedProblem> problems) => (_number, _problems) = (number, problems);

    /// <summary>A value of the right type for a field's parser: what is wrong is already noted.</summary>
    public delegate bool Parser<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken);

    /// <summary>True while nothing is wrong with the line.</summary>
    public bool IsGood { get; private set; } = true;

    /// <summary>Takes a line apart; what is wrong goes to <paramref name="problems"/>.</summary>
    public static SeedLine Parse(ReadOnlySpan<byte> text, int number, List<SeedProblem> problems)
    {
        var line = new SeedLine(number, problems);
        if (!Utf8.IsValid(text))
        {
            line.Refuse("", SeedRules.Encoding);
            return line;
        }

        try
        {
            line.ReadFields(text);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Invalid JSON; an escape that stands for half a character is an InvalidOperationException.
            line.Refuse("", SeedRules.Json);
        }

        return line;
    }

    /// <summary>Notes a problem.</summary>
    public void Refuse(string field, IdentifierRule rule) => Refuse(field, rule.Code, rule.Sentence);

    /// <summary>Notes a problem.</summary>
    public void Refuse(string field, string rule, string sentence)
    {
        IsGood = false;
        _problems.Add(new SeedProblem(_number, field, rule, sentence));
    }

    /// <summary>Refuses fields that the kind of line does not have; "kind" and "note" are of every kind.</summary>
    public void AllowOnly(params ReadOnlySpan<string> fields)
    {
        foreach (var name in _fields.Keys)
        {
            if (name is not ("kind" or "note") && !fields.Contains(name))
            {
                // The name comes from the file: it is cut, for it ends up in logs.
                Refuse(name.Length > 40 ? name[..40] : name, SeedRules.Unknown);
            }
        }
    }

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string field) => _fields.TryGetValue(field, out var text) && text is not null;

    /// <summary>A field that must be there.</summary>
    public T Required<T>(string field, Parser<T> parser)
        where T : struct
    {
        if (!Has(field))
        {
            Refuse(field, SeedRules.Missing);
            return default;
        }

        return Optional(field, parser) ?? default;
    }

    /// <summary>A field that may be missing or null.</summary>
    public T? Optional<T>(string field, Parser<T> parser)
        where T : struct
    {
        if (!Has(field))
        {
            return null;
        }

        if (!parser(_fields[field]!, out var value, out var broken))
        {
            Refuse(field, broken);
        }

        return value;
    }

    /// <summary>A field that must be named, because null says something.</summary>
    public T? Named<T>(string field, Parser<T> parser)
        where T : struct
    {
        if (!_fields.ContainsKey(field))
        {
            Refuse(field, SeedRules.Missing);
        }

        return Optional(field, parser);
    }

    /// <summary>Parses the code of an enum.</summary>
    public static bool TryParseCode<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken)
        where T : struct, Enum
    {
        broken = EnumCodes<T>.TryParse(text, out value) ? null : SeedRules.Code;
        return broken is null;
    }

    /// <summary>Parses a time to Unix milliseconds, more than 0.</summary>
    public static bool TryParseTime(string text, out long unixMs, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        var isTime = DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        unixMs = isTime ? time.ToUnixTimeMilliseconds() : 0;
        broken = unixMs > 0 ? null : SeedRules.Time;
        return broken is null;
    }

    /// <summary>Parses a date.</summary>
    public static bool TryParseDate(string text, out DateOnly day, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) ? null : SeedRules.Date;
        return broken is null;
    }

    private void ReadFields(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                Refuse(name.Length > 40 ? name[..40] : name, SeedRules.Type);
                json.Skip();
                _fields.TryAdd(name, null);
            }
            else if (!_fields.TryAdd(name, json.GetString()))
            {
                Refuse(name, SeedRules.Twice);
            }
        }

        // The reader throws on whatever stands behind the object.
        json.Read();
    }
}

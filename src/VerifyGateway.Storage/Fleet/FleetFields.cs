using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// The fields of one line at a time, as bytes of that line. Reading them notes what is wrong and goes on, so that one pass names
/// everything. One thread at a time; what <see cref="Read"/> has taken is valid until its next call, and only while the line is.
/// </summary>
internal sealed class FleetFields
{
    private const int LongestToldName = 40;

    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly (FieldPresence Presence, int Start, int Length)[] _slots = new (FieldPresence, int, int)[FleetField.Count];
    private readonly string?[] _last = new string?[FleetField.Count];
    private readonly byte[] _values = new byte[FleetLines.MaxBytes];
    private readonly List<string> _unknown = [];
    private List<FleetProblem> _problems = [];
    private int _used;
    private int _number;

    /// <summary>A value of the right type for a field's parser.</summary>
    public delegate bool Parser<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken);

    private enum FieldPresence : byte
    {
        Missing,
        Null,
        Text,
    }

    /// <summary>True while nothing is wrong with the line.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Takes a line apart; what is wrong with it, now or later, goes to <paramref name="problems"/>.</summary>
    public void Read(ReadOnlySpan<byte> text, int number, List<FleetProblem> problems)
    {
        Array.Clear(_slots);
        _unknown.Clear();
        (_number, _problems, _used, IsGood) = (number, problems, 0, true);
        if (!Utf8.IsValid(text))
        {
            Refuse("", FleetRules.Encoding);
            return;
        }

        try
        {
            ReadFields(text);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Invalid JSON; an escape that stands for half a character is an InvalidOperationException.
            Refuse("", FleetRules.Json);
        }
    }

    /// <summary>Notes a problem.</summary>
    public void Refuse(string field, IdentifierRule rule)
    {
        IsGood = false;
        _problems.Add(new FleetProblem(_number, field, rule));
    }

    /// <summary>Refuses fields that the kind of line does not have; "kind" and "note" are of every kind.</summary>
    public void AllowOnly(params ReadOnlySpan<int> fields)
    {
        foreach (var name in _unknown)
        {
            Refuse(name, FleetRules.Unknown);
        }

        for (var field = 0; field < FleetField.Count; field++)
        {
            if (_slots[field].Presence != FieldPresence.Missing && field is not (FleetField.Kind or FleetField.Note) && !fields.Contains(field))
            {
                Refuse(FleetField.NameOf(field), FleetRules.Unknown);
            }
        }
    }

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(int field) => _slots[field].Presence == FieldPresence.Text;

    /// <summary>The text of a field that is there.</summary>
    public ReadOnlySpan<byte> Utf8Of(int field) => _values.AsSpan(_slots[field].Start, _slots[field].Length);

    /// <summary>A field that must be there.</summary>
    public T Required<T>(int field, Parser<T> parser)
        where T : struct
    {
        if (!Has(field))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Missing);
            return default;
        }

        return Optional(field, parser) ?? default;
    }

    /// <summary>A field that may be missing or null.</summary>
    public T? Optional<T>(int field, Parser<T> parser)
        where T : struct
    {
        if (!Has(field))
        {
            return null;
        }

        if (!parser(TextOf(field), out var value, out var broken))
        {
            Refuse(FleetField.NameOf(field), broken);
        }

        return value;
    }

    /// <summary>The code of an enum that must be there.</summary>
    public T RequiredCode<T>(int field)
        where T : struct, Enum
    {
        if (!Has(field))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Missing);
        }

        return OptionalCode<T>(field) ?? default;
    }

    /// <summary>The code of an enum that may be missing or null.</summary>
    public T? OptionalCode<T>(int field)
        where T : struct, Enum
    {
        if (!Has(field))
        {
            return null;
        }

        if (!EnumCodes<T>.TryParse(Utf8Of(field), out var value))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Code);
        }

        return value;
    }

    /// <summary>A time that must be there, Unix milliseconds, 0 or more.</summary>
    public long RequiredTime(int field)
    {
        if (!Has(field))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Missing);
        }

        return OptionalTime(field);
    }

    /// <summary>A time that may be missing or null, Unix milliseconds; 0 when it is.</summary>
    public long OptionalTime(int field)
    {
        if (!Has(field))
        {
            return 0;
        }

        var isTime = DateTimeOffset.TryParseExact(TextOf(field), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        var unixMs = time.ToUnixTimeMilliseconds();
        if (!isTime || unixMs < 0)
        {
            Refuse(FleetField.NameOf(field), FleetRules.Time);
            return 0;
        }

        return unixMs;
    }

    /// <summary>A text of one line that may be missing or null; empty when it is.</summary>
    /// <param name="field">The field.</param>
    /// <param name="most">The most characters.</param>
    public string OptionalLine(int field, int most)
    {
        if (!Has(field))
        {
            return "";
        }

        var text = TextOf(field);
        if (text.Length > most || !NameRules.IsOneLine(text))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Text);
        }

        return text;
    }

    /// <summary>A date that must be named, because null says something.</summary>
    public DateOnly? NamedDate(int field)
    {
        if (_slots[field].Presence == FieldPresence.Missing)
        {
            Refuse(FleetField.NameOf(field), FleetRules.Missing);
        }

        return OptionalDate(field);
    }

    /// <summary>A date that may be missing or null.</summary>
    public DateOnly? OptionalDate(int field)
    {
        if (!Has(field))
        {
            return null;
        }

        if (!DateOnly.TryParseExact(TextOf(field), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Date);
        }

        return day;
    }

    /// <summary>The text of a field; the one of an earlier line when it is the same, as it often is.</summary>
    private string TextOf(int field)
    {
        var utf8 = Utf8Of(field);
        return _last[field] is { } last && Ascii.Equals(utf8, last) ? last : _last[field] = Encoding.UTF8.GetString(utf8);
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
            var field = json.ValueIsEscaped ? FleetField.Find(Encoding.UTF8.GetBytes(json.GetString()!)) : FleetField.Find(json.ValueSpan);
            if (field >= 0)
            {
                ReadKnown(ref json, field);
            }
            else
            {
                ReadUnknown(ref json);
            }
        }

        // The reader throws on whatever stands behind the object.
        json.Read();
    }

    private void ReadKnown(ref Utf8JsonReader json, int field)
    {
        json.Read();
        ref var slot = ref _slots[field];
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
        {
            Refuse(FleetField.NameOf(field), FleetRules.Type);
            json.Skip();
        }
        else if (slot.Presence != FieldPresence.Missing)
        {
            Refuse(FleetField.NameOf(field), FleetRules.Twice);
        }
        else if (json.TokenType == JsonTokenType.Null)
        {
            slot.Presence = FieldPresence.Null;
        }
        else
        {
            var length = json.CopyString(_values.AsSpan(_used));
            slot = (FieldPresence.Text, _used, length);
            _used += length;
        }
    }

    private void ReadUnknown(ref Utf8JsonReader json)
    {
        // The name comes from the file: it is cut, for it ends up in logs.
        var name = json.GetString()!;
        var told = name.Length > LongestToldName ? name[..LongestToldName] : name;
        json.Read();
        json.Skip();
        _unknown.Add(told);
    }
}

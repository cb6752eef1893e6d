using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies.Files;

/// <summary>Takes an identifier from a text, or names the rule that it breaks.</summary>
internal delegate bool ParseIdentifier<T>(string text, out T value, out IdentifierRule? broken);

/// <summary>
/// Reads the fields of one object and remembers which were asked for, so that the rest are unknown. What is wrong goes into the
/// report; the reading goes on with a value that stands in, and the object counts as unsound.
/// </summary>
internal sealed class FieldReader
{
    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];

    private readonly SourceText _source;
    private readonly ErrorList _errors;
    private readonly string _path;
    private readonly FieldReader? _parent;
    private readonly bool _isObject;
    private readonly Dictionary<string, JsonValue> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public FieldReader(SourceText source, ErrorList errors, string path, JsonValue value, FieldReader? parent = null)
    {
        (_source, _errors, _path, _parent) = (source, errors, path, parent);
        Place = source.Place(path, value.Offset);
        _isObject = value.Kind == JsonValueKind.Object;
        if (!_isObject)
        {
            Fail(Place, "TYPE", "An object in braces is needed here.");
            return;
        }

        foreach (var (name, field) in value.Members)
        {
            if (!_fields.TryAdd(name, field))
            {
                _errors.Add(PlaceOf(Shown(name), field), "FIELD_TWICE", "This field is there twice.");
            }
        }
    }

    /// <summary>Where the object stands.</summary>
    public string Place { get; }

    /// <summary>False when a value in it, however deep, could not be read; a field too many hides no other error.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>Where a field's value stands; its path alone when it is not there.</summary>
    public string PlaceOf(string name) => _fields.TryGetValue(name, out var field) ? PlaceOf(name, field) : PathOf(name);

    public string? Text(string name, bool required = false)
    {
        if (Find(name, JsonValueKind.String, "A text in quotes is needed here.", required) is not { } field)
        {
            return null;
        }

        return field.Text;
    }

    public long? Integer(string name, bool required = false)
    {
        if (Find(name, JsonValueKind.Number, "A number without quotes is needed here.", required) is not { } field)
        {
            return null;
        }

        if (long.TryParse(field.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Fail(PlaceOf(name, field), "INTEGER", "A whole number is needed here, of at most 18 digits.");
        return null;
    }

    public int? Int(string name, bool required = false)
    {
        var value = Integer(name, required);
        if (value is < int.MinValue or > int.MaxValue)
        {
            Fail(PlaceOf(name, _fields[name]), "INTEGER", "This number is too large.");
            return null;
        }

        return (int?)value;
    }

    /// <summary>An instant with its offset, Unix milliseconds, more than 0: an end at 0 would read as none.</summary>
    public long? Instant(string name, bool required = false)
    {
        if (Find(name, JsonValueKind.String, "An instant in quotes is needed here.", required) is not { } field)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(field.Text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) && value > DateTimeOffset.UnixEpoch)
        {
            return value.ToUnixTimeMilliseconds();
        }

        Fail(PlaceOf(name, field), "INSTANT", "An instant has a date, a time and an offset, for example 2026-12-01T00:00:00+08:00, and is after 1970-01-01T00:00:00Z.");
        return null;
    }

    public TEnum? Word<TEnum>(string name, bool required = false)
        where TEnum : struct, Enum =>
        Find(name, JsonValueKind.String, "A word in quotes is needed here.", required) is { } field ? WordOf<TEnum>(name, field) : null;

    public ImmutableArray<TEnum> Words<TEnum>(string name)
        where TEnum : struct, Enum => List<TEnum?>(name, (path, item) => WordOf<TEnum>(path, item)) is var words ? [.. words.Where(it => it is not null).Select(it => it!.Value)] : [];

    public ImmutableArray<T> Identifiers<T>(string name, ParseIdentifier<T> parse)
        where T : struct => [.. List<T?>(name, (path, item) => IdentifierOf(path, item, parse)).Where(it => it is not null).Select(it => it!.Value)];

    public T? Identifier<T>(string name, ParseIdentifier<T> parse, bool required = false)
        where T : struct =>
        Find(name, JsonValueKind.String, "A text in quotes is needed here.", required) is { } field ? IdentifierOf(name, field, parse) : null;

    /// <summary>The object in a field; null when it is not there.</summary>
    public FieldReader? Object(string name, bool required = false) =>
        Find(name, JsonValueKind.Object, "An object in braces is needed here.", required) is { } field ? Child(name, field) : null;

    /// <summary>The objects in a field's list.</summary>
    public IEnumerable<FieldReader> Objects(string name) => List(name, Child, mayBeEmpty: true);

    /// <summary>The objects in a field's list, each for itself: one that cannot be read does not make this one unsound.</summary>
    public IEnumerable<FieldReader> ObjectsApart(string name) => List(name, (path, item) => new FieldReader(_source, _errors, PathOf(path), item), mayBeEmpty: true);

    /// <summary>Says which fields nobody asked for.</summary>
    public void Finish()
    {
        foreach (var (name, field) in _fields.Where(it => !_asked.Contains(it.Key)))
        {
            _errors.Add(PlaceOf(Shown(name), field), "FIELD_UNKNOWN", $"There is no such field here; there are: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
        }
    }

    private FieldReader Child(string path, JsonValue value) => new(_source, _errors, PathOf(path), value, this);

    private JsonValue? Find(string name, JsonValueKind kind, string sentence, bool required)
    {
        _asked.Add(name);
        if (!_fields.TryGetValue(name, out var field))
        {
            if (required && _isObject)
            {
                Fail(Place, "FIELD_MISSING", $"The field {name} is needed.");
            }

            return null;
        }

        if (field.Kind != kind)
        {
            Fail(PlaceOf(name, field), "TYPE", sentence);
            return null;
        }

        return field;
    }

    private List<T> List<T>(string name, Func<string, JsonValue, T> read, bool mayBeEmpty = false)
    {
        var list = new List<T>();
        if (Find(name, JsonValueKind.Array, "A list in brackets is needed here.", required: false) is { } field)
        {
            for (var i = 0; i < field.Items.Count; i++)
            {
                list.Add(read(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), field.Items[i]));
            }

            if (field.Items.Count == 0 && !mayBeEmpty)
            {
                Fail(PlaceOf(name, field), "LIST_EMPTY", "An empty list would mean \"any\"; leave the field out to say so.");
            }
        }

        return list;
    }

    private TEnum? WordOf<TEnum>(string path, JsonValue value)
        where TEnum : struct, Enum
    {
        if (value.Kind == JsonValueKind.String && WordsOf<TEnum>.All.TryGetValue(value.Text, out var word))
        {
            return word;
        }

        Fail(PlaceOf(path, value), "WORD", $"One of these is needed here: {string.Join(", ", Enum.GetValues<TEnum>().Select(Codes.Of))}.");
        return null;
    }

    private T? IdentifierOf<T>(string path, JsonValue value, ParseIdentifier<T> parse)
        where T : struct
    {
        if (value.Kind != JsonValueKind.String)
        {
            Fail(PlaceOf(path, value), "TYPE", "A text in quotes is needed here.");
            return null;
        }

        if (parse(value.Text, out var identifier, out var broken))
        {
            return identifier;
        }

        Fail(PlaceOf(path, value), broken!.Code, broken.Sentence);
        return null;
    }

    private void Fail(string place, string code, string sentence)
    {
        for (var unsound = this; unsound is not null; unsound = unsound._parent)
        {
            unsound.IsSound = false;
        }

        _errors.Add(place, code, sentence);
    }

    private string PlaceOf(string name, JsonValue value) => _source.Place(PathOf(name), value.Offset);

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "…";

    /// <summary>The words of a type, put together once: a file may hold a million of them.</summary>
    private static class WordsOf<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<string, TEnum> All = Enum.GetValues<TEnum>().ToFrozenDictionary(Codes.Of, StringComparer.Ordinal);
    }
}

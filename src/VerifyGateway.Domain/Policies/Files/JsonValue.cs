using System.Text.Json;

namespace VerifyGateway.Domain.Policies.Files;

/// <summary>A value of a JSON text that knows where it stands. Of an object, members in their order; of an array, items.</summary>
internal sealed record JsonValue(JsonValueKind Kind, int Offset, string Text)
{
    private const int Deepest = 16;

    public List<(string Name, JsonValue Value)> Members { get; } = [];

    public List<JsonValue> Items { get; } = [];

    /// <summary>Parses a whole text.</summary>
    /// <exception cref="JsonException">The text is not JSON (RFC 8259), or nested more than 16 deep.</exception>
    /// <exception cref="BadTextException">A text in it is not one of Unicode.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        var value = Read(ref reader);
        // Looks for anything after the value, and throws there.
        reader.Read();
        return value;
    }

    /// <summary>The text of a name or a string, its escapes resolved.</summary>
    /// <exception cref="BadTextException">Its bytes are not UTF-8, or an escape is half a character.</exception>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadTextException((int)reader.TokenStartIndex);
        }
    }

    private static JsonValue Read(ref Utf8JsonReader reader)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonValue(JsonValueKind.Object, offset, "");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = TextOf(ref reader);
                    reader.Read();
                    members.Members.Add((name, Read(ref reader)));
                }

                return members;
            case JsonTokenType.StartArray:
                var items = new JsonValue(JsonValueKind.Array, offset, "");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Items.Add(Read(ref reader));
                }

                return items;
            case JsonTokenType.String:
                return new JsonValue(JsonValueKind.String, offset, TextOf(ref reader));
            case JsonTokenType.Number:
                return new JsonValue(JsonValueKind.Number, offset, System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new JsonValue(JsonValueKind.True, offset, "true");
            case JsonTokenType.False:
                return new JsonValue(JsonValueKind.False, offset, "false");
            default:
                return new JsonValue(JsonValueKind.Null, offset, "null");
        }
    }
}

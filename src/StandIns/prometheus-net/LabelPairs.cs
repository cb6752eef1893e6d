using System.Text;

namespace Prometheus;

/// <summary>Names and values of labels, in the order of the page. Never changed once made.</summary>
internal sealed class LabelPairs(string[] names, string[] values) : IEquatable<LabelPairs>
{
    public static readonly LabelPairs None = new([], []);

    public string[] Names { get; } = names;

    public string[] Values { get; } = values;

    public static LabelPairs From(IDictionary<string, string> labels)
    {
        var pairs = new LabelPairs([.. labels.Keys], [.. labels.Values]);
        RequireNoNull(pairs.Values);
        return pairs;
    }

    public static void RequireNoNull(ReadOnlySpan<string> values)
    {
        foreach (var value in values)
        {
            if (value is null)
            {
                throw new NotSupportedException("A label cannot have null for its name or for its value; the empty string is allowed as a value.");
            }
        }
    }

    public LabelPairs Then(LabelPairs more) =>
        more.Names.Length == 0 ? this : Names.Length == 0 ? more : new([.. Names, .. more.Names], [.. Values, .. more.Values]);

    /// <summary>The pairs as they stand between the braces of a line.</summary>
    public byte[] ToPageBytes()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Names.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(Names[i]).Append("=\"").Append(PageText.Escape(Values[i], quotes: true)).Append('"');
        }

        return PrometheusConstants.ExportEncoding.GetBytes(text.ToString());
    }

    public bool Equals(LabelPairs? other) =>
        other is not null && Names.AsSpan().SequenceEqual(other.Names) && Values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as LabelPairs);

    public override int GetHashCode() =>
        HashCode.Combine(LabelValuesComparer.Instance.GetHashCode(Names), LabelValuesComparer.Instance.GetHashCode(Values));

    public override string ToString() => PrometheusConstants.ExportEncoding.GetString(ToPageBytes());
}

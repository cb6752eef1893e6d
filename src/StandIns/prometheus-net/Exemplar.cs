using System.Diagnostics;
using System.Text;

namespace Prometheus;

/// <summary>
/// An example of what a number counted: up to six labels, most often the id of a trace. Made for one update and used up by it.
/// </summary>
public sealed class Exemplar
{
    /// <summary>Says that an update has no exemplar, whatever the default provider would give.</summary>
    public static readonly Exemplar None = new();

    /// <summary>OpenMetrics allows names and values together no more than this.</summary>
    private const int MostRunes = 128;

    private static readonly LabelKey TraceId = Key("trace_id");
    private static readonly LabelKey SpanId = Key("span_id");

    // An exemplar that a newer one replaced is used again by the thread that replaced it, which will want one soon: in steady state an
    // update with an exemplar allocates nothing.
    [ThreadStatic]
    private static Exemplar? _spare;

    private Pairs _pairs;
    private int _claimed;

    /// <summary>The number of labels.</summary>
    internal int Length { get; private set; }

    /// <summary>The increment or measurement that it came with.</summary>
    internal double ObservedValue { get; private set; }

    /// <summary>When, in seconds since 1970.</summary>
    internal double ObservedAt { get; private set; }

    internal ReadOnlySpan<LabelPair> Labels => _pairs[..Length];

    /// <summary>A name for a label, to be made once and kept.</summary>
    public static LabelKey Key(string key)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new ArgumentException("The name of an exemplar's label cannot be empty.", nameof(key));
        }

        NameRules.RequireLabelName(key);
        return new LabelKey(Encoding.ASCII.GetBytes(key));
    }

    /// <summary>A label; may be kept and used for many exemplars.</summary>
    public static LabelPair Pair(string key, string value) => Key(key).WithValue(value);

    /// <summary>An exemplar of one label.</summary>
    public static Exemplar From(in LabelPair labelPair1) => Take([labelPair1]);

    /// <summary>An exemplar of two labels.</summary>
    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2) => Take([labelPair1, labelPair2]);

    /// <summary>An exemplar of three labels.</summary>
    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2, in LabelPair labelPair3) =>
        Take([labelPair1, labelPair2, labelPair3]);

    /// <summary>An exemplar of four labels.</summary>
    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2, in LabelPair labelPair3, in LabelPair labelPair4) =>
        Take([labelPair1, labelPair2, labelPair3, labelPair4]);

    /// <summary>An exemplar of five labels.</summary>
    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2, in LabelPair labelPair3, in LabelPair labelPair4,
        in LabelPair labelPair5) => Take([labelPair1, labelPair2, labelPair3, labelPair4, labelPair5]);

    /// <summary>An exemplar of six labels.</summary>
    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2, in LabelPair labelPair3, in LabelPair labelPair4,
        in LabelPair labelPair5, in LabelPair labelPair6) =>
        Take([labelPair1, labelPair2, labelPair3, labelPair4, labelPair5, labelPair6]);

    /// <summary>The ids of the current activity as <c>trace_id</c> and <c>span_id</c>; <see cref="None"/> outside of one.</summary>
    public static Exemplar FromTraceContext() => FromTraceContext(TraceId, SpanId);

    /// <summary>The ids of the current activity under names of one's own; <see cref="None"/> outside of one.</summary>
    public static Exemplar FromTraceContext(in LabelKey traceIdKey, in LabelKey spanIdKey) => Activity.Current is { } activity
        ? From(traceIdKey.WithValue(activity.TraceId.ToString()), spanIdKey.WithValue(activity.SpanId.ToString()))
        : None;

    /// <summary>A copy for another update; to be taken before this one is used.</summary>
    public Exemplar Clone()
    {
        if (Volatile.Read(ref _claimed) != 0)
        {
            throw new InvalidOperationException("This exemplar went with an update already; copy it before.");
        }

        return Take(Labels);
    }

    /// <summary>Takes the exemplar for one update.</summary>
    internal void Claim()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0)
        {
            throw new InvalidOperationException("This exemplar went with an update already; make one, or a copy, for each update.");
        }
    }

    /// <summary>Checks the labels and notes what they are an example of.</summary>
    internal void Observe(double value)
    {
        var runes = 0;
        for (var i = 0; i < Length; i++)
        {
            runes += _pairs[i].RuneCount;
            for (var j = 0; j < i; j++)
            {
                if (_pairs[i].HasNameOf(_pairs[j]))
                {
                    throw new ArgumentException("Two labels of an exemplar have the same name.");
                }
            }
        }

        if (runes > MostRunes)
        {
            throw new ArgumentException($"The labels of an exemplar have {runes} runes; OpenMetrics allows {MostRunes}.");
        }

        ObservedValue = value;
        ObservedAt = UnixTime.Now;
    }

    /// <summary>Makes the instance available to the next exemplar of this thread. Only the one holder of it may call this.</summary>
    internal void Recycle()
    {
        Length = 0;
        _pairs = default;
        _spare = this;
    }

    private static Exemplar Take(ReadOnlySpan<LabelPair> labels)
    {
        var exemplar = _spare ?? new Exemplar();
        _spare = null;
        labels.CopyTo(exemplar._pairs);
        exemplar.Length = labels.Length;
        Volatile.Write(ref exemplar._claimed, 0);
        return exemplar;
    }

    /// <summary>The name of a label of exemplars.</summary>
    public readonly struct LabelKey
    {
        private readonly byte[] _name;

        internal LabelKey(byte[] name) => _name = name;

        /// <summary>A label of this name; characters outside of ASCII become question marks.</summary>
        public LabelPair WithValue(string value) =>
            new(_name, Ascii.IsValid(value) ? value : Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(value)));
    }

    /// <summary>A label of exemplars.</summary>
    public readonly struct LabelPair
    {
        internal LabelPair(byte[] name, string value)
        {
            Name = name;
            Value = value;
        }

        internal byte[] Name { get; }

        internal string Value { get; }

        internal int RuneCount => Name.Length + Value.Length;

        internal bool HasNameOf(in LabelPair other) => Name.AsSpan().SequenceEqual(other.Name);
    }

    [System.Runtime.CompilerServices.InlineArray(6)]
    private struct Pairs
    {
        private LabelPair _first;
    }
}

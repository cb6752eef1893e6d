using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>What came back of a run of calls.</summary>
internal sealed class Answers
{
    private const int DecisionTag = 2 << 3;
    private const int SourceTag = 14 << 3;

    private readonly long[] _bySource = new long[5];

    /// <summary>Calls that have ended, however.</summary>
    public long Ended { get; set; }

    /// <summary>Calls that ended without an ALLOW: all terminals that are asked for are good ones.</summary>
    public long Failed => Ended - Allowed;

    /// <summary>Allowed checks.</summary>
    public long Allowed { get; private set; }

    /// <summary>The share of the allowed checks that were answered from there.</summary>
    public double ShareFrom(AnswerSource source) => (double)_bySource[(int)source] / Math.Max(1, Allowed);

    /// <summary>Looks at an answer's message, framed as gRPC does, without making an object of it.</summary>
    public void Look(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 5)
        {
            return;
        }

        var message = frame[5..];
        var (decision, source) = (0UL, 0UL);
        while (message.Length > 0)
        {
            var tag = Number(ref message);
            var value = Number(ref message);
            if ((tag & 7) == 2)
            {
                message = message[(int)value..];
            }

            decision = tag == DecisionTag ? value : decision;
            source = tag == SourceTag ? value : source;
        }

        if (decision == (ulong)Decision.Allow)
        {
            Allowed++;
            _bySource[(int)source]++;
        }
    }

    public void Add(Answers other)
    {
        (Ended, Allowed) = (Ended + other.Ended, Allowed + other.Allowed);
        for (var i = 0; i < _bySource.Length; i++)
        {
            _bySource[i] += other._bySource[i];
        }
    }

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        var (number, shift) = (0UL, 0);
        while (true)
        {
            var one = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(one & 127) << shift;
            shift += 7;
            if (one < 128)
            {
                return number;
            }
        }
    }
}

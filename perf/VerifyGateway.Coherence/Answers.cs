using VerifyGateway.CheckWire;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>What came back of a run of calls.</summary>
internal sealed class Answers : ICheckAnswers
{
    private readonly long[] _bySource = new long[5];

    /// <summary>Calls that have ended, however.</summary>
    public long Ended { get; private set; }

    /// <summary>Calls that ended without an ALLOW: all terminals that are asked for are good ones.</summary>
    public long Failed => Ended - Allowed;

    /// <summary>Allowed checks.</summary>
    public long Allowed { get; private set; }

    /// <summary>The share of the allowed checks that were answered from there.</summary>
    public double ShareFrom(AnswerSource source) => (double)_bySource[(int)source] / Math.Max(1, Allowed);

    /// <inheritdoc />
    public void Take(uint stream, ReadOnlySpan<byte> frame)
    {
        if (CheckAnswer.Read(frame) is { IsAllow: true } answer)
        {
            Allowed++;
            _bySource[answer.Source]++;
        }
    }

    /// <inheritdoc />
    public void CallOver(uint stream, bool isReset) => Ended++;

    public void Add(Answers other)
    {
        (Ended, Allowed) = (Ended + other.Ended, Allowed + other.Allowed);
        for (var i = 0; i < _bySource.Length; i++)
        {
            _bySource[i] += other._bySource[i];
        }
    }
}

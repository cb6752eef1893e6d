namespace VerifyGateway.CheckWire;

/// <summary>What a load looks at in an answer to CheckStatus, read without making an object of it.</summary>
/// <param name="IsAllow">True for ALLOW.</param>
/// <param name="Source">Where the records came from, as the contract numbers it (AnswerSource).</param>
public readonly record struct CheckAnswer(bool IsAllow, int Source)
{
    private const int GrpcHead = 5;
    private const ulong DecisionTag = 2 << 3;
    private const ulong SourceTag = 14 << 3;
    private const ulong Allow = 1;

    /// <summary>Reads a message of CheckStatusResponse, framed as gRPC does; an empty one says nothing.</summary>
    public static CheckAnswer Read(ReadOnlySpan<byte> frame)
    {
        var (decision, source) = (0UL, 0UL);
        for (var message = frame.Length > GrpcHead ? frame[GrpcHead..] : default; message.Length > 0;)
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

        return new CheckAnswer(decision == Allow, (int)source);
    }

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(one & 127) << shift;
            if (one < 128)
            {
                return number;
            }
        }
    }
}

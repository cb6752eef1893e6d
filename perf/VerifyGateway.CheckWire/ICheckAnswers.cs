namespace VerifyGateway.CheckWire;

/// <summary>Told of what comes back on a connection.</summary>
public interface ICheckAnswers
{
    /// <summary>A part of a call's answer, framed as gRPC does: the whole, as the gateway sends one.</summary>
    void Take(uint stream, ReadOnlySpan<byte> frame);

    /// <summary>A call has ended.</summary>
    /// <param name="stream">Its number.</param>
    /// <param name="isReset">True when it was cut off, whatever came of it before.</param>
    void CallOver(uint stream, bool isReset);
}

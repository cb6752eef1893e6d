using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts the bytes of one message: either all at once in an array, or piece by piece into a buffer writer.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message. The array belongs to the context from then on.</summary>
    /// <param name="payload">The message.</param>
    /// <exception cref="NotSupportedException">The implementation does not offer this.</exception>
    public virtual void Complete(byte[] payload) =>
        throw new NotSupportedException("This context does not take a payload as an array.");

    /// <summary>The writer for the message; end with <see cref="Complete()"/>.</summary>
    /// <returns>The writer.</returns>
    /// <exception cref="NotSupportedException">The implementation does not offer this.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() =>
        throw new NotSupportedException("This context has no buffer writer.");

    /// <summary>Says, before the first byte, how many will be written. A hint: the default ignores it.</summary>
    /// <param name="payloadLength">The number of bytes.</param>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Says that everything is in the buffer writer.</summary>
    /// <exception cref="NotSupportedException">The implementation does not offer this.</exception>
    public virtual void Complete() =>
        throw new NotSupportedException("This context has no buffer writer.");
}

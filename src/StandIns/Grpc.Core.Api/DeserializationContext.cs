using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a deserializer finds the bytes of one message. Valid only while the deserializer runs.</summary>
public abstract class DeserializationContext
{
    /// <summary>The number of bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The bytes in an array of their own.</summary>
    /// <returns>The array.</returns>
    /// <exception cref="NotSupportedException">The implementation does not offer this.</exception>
    public virtual byte[] PayloadAsNewBuffer() =>
        throw new NotSupportedException("This context does not offer the payload as an array.");

    /// <summary>The bytes where they lie, without a copy.</summary>
    /// <returns>The bytes.</returns>
    /// <exception cref="NotSupportedException">The implementation does not offer this.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() =>
        throw new NotSupportedException("This context does not offer the payload as a sequence.");
}

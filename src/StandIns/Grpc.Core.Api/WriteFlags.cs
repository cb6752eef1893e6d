namespace Grpc.Core;

/// <summary>Flags of one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for the next one.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not compressed, even where its stream is.</summary>
    NoCompress = 0x2,
}

using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>The pipes over a stream.</summary>
internal sealed class StreamDuplexPipe(DuplexLoops loops, string name) : IMeasuredDuplexPipe, IDisposable
{
    public PipeReader Input => loops.Input;

    public PipeWriter Output => loops.Output;

    public long TotalBytesSent => loops.BytesSent;

    public long TotalBytesReceived => loops.BytesReceived;

    public void Dispose() => loops.Dispose();

    public override string ToString() => name;
}

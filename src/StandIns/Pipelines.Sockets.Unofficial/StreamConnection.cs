using System.IO.Pipelines;
using Pipelines.Sockets.Unofficial.Internal;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Streams, such as TLS over a socket, as pipes.</summary>
public static class StreamConnection
{
    /// <summary>
    /// A stream that reads and writes at the same time, as two pipes. The stream is closed once both directions have ended.
    /// </summary>
    public static IDuplexPipe GetDuplex(Stream stream, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var loops = new DuplexLoops(new StreamTransport(stream), sendPipeOptions ?? PipeOptions.Default,
            receivePipeOptions ?? PipeOptions.Default, waitBeforeBuffer: false);
        var pipe = new StreamDuplexPipe(loops, string.IsNullOrWhiteSpace(name) ? stream.GetType().Name : name.Trim());
        loops.Start();
        return pipe;
    }

    /// <summary>What a stream has to read, as a pipe. The stream is read when the pipe is, and stays open.</summary>
    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var options = pipeOptions ?? PipeOptions.Default;
        return PipeReader.Create(stream, new StreamPipeReaderOptions(options.Pool,
            Math.Max(options.MinimumSegmentSize, 4 * 1024), leaveOpen: true));
    }
}

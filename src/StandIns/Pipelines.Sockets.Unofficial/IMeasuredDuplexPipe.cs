using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A duplex pipe that counts what passes through it.</summary>
public interface IMeasuredDuplexPipe : IDuplexPipe
{
    /// <summary>The number of bytes handed to the transport so far.</summary>
    long TotalBytesSent { get; }

    /// <summary>The number of bytes that came from the transport so far.</summary>
    long TotalBytesReceived { get; }
}

using System.Net.Sockets;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>A connection of HTTP/2 that is written by hand, to a server. Header blocks that come are not decoded.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly List<WireFrame> _come = [];

    private RawConnection()
    {
    }

    /// <summary>Everything that has come.</summary>
    public IReadOnlyList<WireFrame> Come => _come;

    public static async Task<RawConnection> OpenAsync(string address)
    {
        var connection = new RawConnection();
        var uri = new Uri(address);
        await connection._client.ConnectAsync(uri.Host, uri.Port);
        await connection.SendAsync(Wire.Begin);
        return connection;
    }

    public async Task SendAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>Reads until a stream's answer has come; its frames.</summary>
    public async Task<IReadOnlyList<WireFrame>> AnswerAsync(uint stream)
    {
        while (!_come.Exists(frame => frame.Stream == stream && (frame.Type == Wire.Reset || (frame.Type is Wire.Data or Wire.Headers && (frame.Flags & Wire.EndStream) != 0))))
        {
            _come.Add(await ReadAsync() ?? throw new IOException($"The server has closed the connection. Last came {_come.LastOrDefault()}."));
        }

        return [.. _come.Where(frame => frame.Stream == stream)];
    }

    /// <summary>Reads a frame; null at the end.</summary>
    public async Task<WireFrame?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var head = new byte[9];
        if (await _client.GetStream().ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, limit.Token) < head.Length)
        {
            return null;
        }

        var frame = new byte[9 + ((head[0] << 16) | (head[1] << 8) | head[2])];
        head.CopyTo(frame, 0);
        await _client.GetStream().ReadExactlyAsync(frame.AsMemory(9), limit.Token);
        return Wire.Frames(frame).Single();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}

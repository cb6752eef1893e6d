using System.Net;
using System.Net.Sockets;

namespace StandIns.Redis.Tests;

/// <summary>Two ends of a TCP connection over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket mine, Socket peer)
    {
        Mine = mine;
        Peer = peer;
    }

    public Socket Mine { get; }

    public Socket Peer { get; }

    public static async Task<SocketPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var mine = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var accepting = listener.AcceptAsync();
        await mine.ConnectAsync(listener.LocalEndPoint!);
        return new SocketPair(mine, await accepting);
    }

    /// <summary>Ends the peer with a reset in place of an orderly end.</summary>
    public void ResetPeer() => Peer.Close(timeout: 0);

    public async Task SendFromPeerAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Peer.SendAsync(bytes)..];
        }
    }

    /// <summary>What comes to the peer, up to a number of bytes or to the end.</summary>
    public async Task<byte[]> ReceiveAtPeerAsync(int atMost = int.MaxValue)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (all.Length < atMost)
        {
            var count = await Peer.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, atMost - all.Length)));
            if (count == 0)
            {
                break;
            }

            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public void Dispose()
    {
        Mine.Dispose();
        Peer.Dispose();
    }
}

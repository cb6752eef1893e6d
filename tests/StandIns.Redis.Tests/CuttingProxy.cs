using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StandIns.Redis.Tests;

/// <summary>Stands between client and server and, on request, ends a connection in the middle of a reply.</summary>
internal sealed class CuttingProxy : IDisposable
{
    public enum Cut
    {
        None,
        End,
        Reset,
        HalfClose,
    }

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _serverPort;
    private readonly CancellationTokenSource _stop = new();
    private int _cut;
    private int _passFirst;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>True while a cut is wanted that has not been made.</summary>
    public bool IsArmed => Volatile.Read(ref _cut) != (int)Cut.None;

    /// <summary>The next large piece of a reply passes only in part, and its connection ends in the given way.</summary>
    public void Arm(Cut cut, int passFirst)
    {
        Volatile.Write(ref _passFirst, passFirst);
        Volatile.Write(ref _cut, (int)cut);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _serverPort), _stop.Token);
                var requests = CopyAsync(client, server);
                var replies = CopyRepliesAsync(server, client);
                await Task.WhenAny(requests, replies);
                client.Dispose();
                server.Dispose();
                await Task.WhenAll(requests, replies);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One of the two is gone; the other is closed here.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, _stop.Token)) != 0)
        {
            await SendAsync(to, buffer.AsMemory(0, count));
        }
    }

    private async Task CopyRepliesAsync(Socket server, Socket client)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await server.ReceiveAsync(buffer, _stop.Token)) != 0)
        {
            var pass = Volatile.Read(ref _passFirst);
            var cut = count > pass ? (Cut)Interlocked.Exchange(ref _cut, (int)Cut.None) : Cut.None;
            await SendAsync(client, buffer.AsMemory(0, cut == Cut.None ? count : pass));
            switch (cut)
            {
                case Cut.End:
                    client.Shutdown(SocketShutdown.Both);
                    return;
                case Cut.Reset:
                    client.Close(timeout: 0);
                    return;
                case Cut.HalfClose:
                    // Nothing more to the client, while what the client sends is still taken.
                    client.Shutdown(SocketShutdown.Send);
                    await SwallowAsync(server);
                    return;
                default:
                    break;
            }
        }
    }

    private async Task SwallowAsync(Socket from)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) != 0)
        {
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace NBomberProbe;

/// <summary>Sends back what it gets.</summary>
internal static class EchoServer
{
    public static async Task<int> RunAsync(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine("listening");
        while (true)
        {
            _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var buffer = new byte[64];
            var stream = client.GetStream();
            try
            {
                for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, read));
                }
            }
            catch (IOException)
            {
                // The client went away in the middle of something.
            }
        }
    }
}

using System.Globalization;
using System.Net.Sockets;

namespace VerifyGateway.TestKit;

/// <summary>A real redis-server on a free loopback port with a private folder; it can be killed and started again on the same port.</summary>
public sealed class RedisServer : IDisposable
{
    private const string Dump = "dump.rdb";

    private readonly TempFolder _folder = new();
    private readonly string[] _extraArguments;
    private ChildProcess? _process;

    private RedisServer(int port, string[] extraArguments)
    {
        Port = port;
        _extraArguments = extraArguments;
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Host and port as a connection string of StackExchange.Redis takes them.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The server's process; fails when the server is stopped.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The Redis server is stopped.");

    /// <summary>Starts a server and waits until it answers.</summary>
    public static Task<RedisServer> StartAsync(params string[] extraArguments) => StartAsync(FreePort.Next(), extraArguments);

    /// <summary>As <see cref="StartAsync(string[])"/>, on a port that is given.</summary>
    public static async Task<RedisServer> StartAsync(int port, params string[] extraArguments)
    {
        var server = new RedisServer(port, extraArguments);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>True while the process runs, even if it is stopped by a signal.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What redis-cli prints for a command; an error of the server is printed like any answer.</summary>
    public Task<string> CliAsync(params string[] command) => RedisCli.RunAsync(Port, null, command);

    /// <summary>Starts the server again on the same port and waits until it accepts connections.</summary>
    public async Task StartAgainAsync()
    {
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path,
            "--save", "", "--appendonly", "no", "--daemonize", "no", .. _extraArguments,
        ];
        _process = ChildProcess.Start("redis-server", arguments);
        await Wait.UntilAsync(async () =>
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException("redis-server ended at once:\n" + _process.Output);
            }

            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }, "redis-server to accept connections");
    }

    /// <summary>Has the server write its dump, and keeps a copy of it.</summary>
    /// <returns>The copy, for <see cref="StartFromAsync"/>.</returns>
    public async Task<string> SaveAsync()
    {
        var said = (await CliAsync("SAVE")).Trim();
        if (said != "OK")
        {
            throw new InvalidOperationException("No dump was written: " + said);
        }

        var copy = _folder.File("kept.rdb");
        File.Copy(_folder.File(Dump), copy, overwrite: true);
        return copy;
    }

    /// <summary>Kills the server and starts it again with a dump of before.</summary>
    /// <param name="dump">What <see cref="SaveAsync"/> kept.</param>
    public async Task StartFromAsync(string dump)
    {
        Kill();
        File.Copy(dump, _folder.File(Dump), overwrite: true);
        await StartAgainAsync();
        await Wait.UntilAsync(async () => (await CliAsync("PING")).Trim() == "PONG", "redis-server to have read its dump");
        // Only once: who starts it again after this finds nothing.
        File.Delete(_folder.File(Dump));
    }

    /// <summary>Ends the server at once, as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }
}

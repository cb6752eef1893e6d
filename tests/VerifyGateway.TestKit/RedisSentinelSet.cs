using System.Globalization;

namespace VerifyGateway.TestKit;

/// <summary>A real primary with two replicas, watched by three Sentinels, on free loopback ports.</summary>
public sealed class RedisSentinelSet : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<RedisServer> _servers = [];
    private readonly List<(int Port, ChildProcess? Process)> _sentinels = [];
    private readonly string? _password;
    private readonly string? _sentinelPassword;

    private RedisSentinelSet(string? password, bool sentinelsAskForItToo)
    {
        _password = password;
        _sentinelPassword = sentinelsAskForItToo ? password : null;
        _sentinels.AddRange(FreePort.Next(3).Select(port => (port, (ChildProcess?)null)));
    }

    /// <summary>The servers, whatever their roles are at the moment.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>The Sentinels and the name of the service, as a connection string of StackExchange.Redis takes them.</summary>
    public string Endpoints => string.Join(',', _sentinels.Select(sentinel => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{sentinel.Port}"))) + ",serviceName=gateway";

    /// <summary>Starts servers and Sentinels and waits until they know each other.</summary>
    /// <param name="password">What the servers ask for; null for nothing.</param>
    /// <param name="sentinelsAskForItToo">Whether the Sentinels ask for it as well.</param>
    public static async Task<RedisSentinelSet> StartAsync(string? password = null, bool sentinelsAskForItToo = false)
    {
        var set = new RedisSentinelSet(password, sentinelsAskForItToo);
        try
        {
            await set.StartServersAsync();
            await set.StartSentinelsAsync();
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>What redis-cli prints for a command to a server.</summary>
    public Task<string> CliAsync(RedisServer server, params string[] command) => RedisCli.RunAsync(server.Port, _password, command);

    /// <summary>What redis-cli prints for a command to the first Sentinel.</summary>
    public Task<string> SentinelAsync(params string[] command) => RedisCli.RunAsync(_sentinels[0].Port, _sentinelPassword, command);

    /// <summary>The primary that the Sentinels name.</summary>
    public async Task<RedisServer> PrimaryAsync()
    {
        var address = (await SentinelAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "gateway")).Split('\n');
        return _servers.Single(server => server.Port.ToString(CultureInfo.InvariantCulture) == address[1].Trim());
    }

    /// <summary>Ends the Sentinels at once, as <c>kill -9</c> does.</summary>
    public void KillSentinels()
    {
        for (var i = 0; i < _sentinels.Count; i++)
        {
            _sentinels[i].Process?.Dispose();
            _sentinels[i] = (_sentinels[i].Port, null);
        }
    }

    /// <summary>Starts the Sentinels, and waits until they know the replicas and each other.</summary>
    public async Task StartSentinelsAsync()
    {
        for (var i = 0; i < _sentinels.Count; i++)
        {
            var file = _folder.File(string.Create(CultureInfo.InvariantCulture, $"sentinel-{i}.conf"));
            if (!File.Exists(file))
            {
                await File.WriteAllTextAsync(file, Configuration(_sentinels[i].Port));
            }

            _sentinels[i] = (_sentinels[i].Port, ChildProcess.Start("redis-server", [file, "--sentinel"], workingDirectory: _folder.Path));
        }

        await Wait.UntilAsync(async () =>
        {
            if (_sentinels.Find(static sentinel => sentinel.Process is { HasExited: true }).Process is { } ended)
            {
                throw new InvalidOperationException("A Sentinel ended at once:\n" + ended.Output);
            }

            var text = await SentinelAsync("INFO", "sentinel");
            return text.Contains("status=ok", StringComparison.Ordinal) && text.Contains("slaves=2,sentinels=3", StringComparison.Ordinal);
        }, "the Sentinels to know each other and the replicas");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        KillSentinels();
        _servers.ForEach(server => server.Dispose());
        _folder.Dispose();
    }

    private async Task StartServersAsync()
    {
        string[] secret = _password is null ? [] : ["--requirepass", _password, "--masterauth", _password];
        _servers.Add(await RedisServer.StartAsync([.. secret, "--repl-diskless-sync-delay", "0"]));
        for (var i = 0; i < 2; i++)
        {
            _servers.Add(await RedisServer.StartAsync([.. secret, "--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1 " + _servers[0].Port.ToString(CultureInfo.InvariantCulture)]));
        }

        await Wait.UntilAsync(
            async () => (await CliAsync(_servers[0], "INFO", "replication")).Split("state=online").Length == 3, "both replicas to have the primary's data");
    }

    private string Configuration(int port) => string.Create(CultureInfo.InvariantCulture, $"""
        port {port}
        bind 127.0.0.1
        dir {_folder.Path}
        sentinel monitor gateway 127.0.0.1 {_servers[0].Port} 2
        sentinel down-after-milliseconds gateway 800
        sentinel failover-timeout gateway 5000
        {(_password is null ? "" : "sentinel auth-pass gateway " + _password)}
        {(_sentinelPassword is null ? "" : "requirepass " + _sentinelPassword)}
        """);
}

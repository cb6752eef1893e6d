using System.Globalization;
using VerifyGateway.TestKit;

namespace VerifyGateway.LoadTests;

/// <summary>The gateways under load: those that were named, or some of this program's own over a fleet, a SQLite file and a Redis.</summary>
internal sealed class Target : IAsyncDisposable
{
    private static readonly TimeSpan ImportLimit = TimeSpan.FromMinutes(15);
    private readonly List<IDisposable> _own = [];

    private Target()
    {
    }

    /// <summary>gRPC addresses; the first takes writes.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Operations addresses.</summary>
    public IReadOnlyList<Uri> Operations { get; private set; } = [];

    /// <summary>Process of the gateways that were started.</summary>
    public IReadOnlyList<GatewayProcess> Started => [.. _own.OfType<GatewayProcess>()];

    /// <summary>The Redis that was started; null when none was.</summary>
    public RedisServer? Redis => _own.OfType<RedisServer>().FirstOrDefault();

    public static async Task<Target> OpenAsync(LoadOptions options, TextWriter output)
    {
        var target = new Target { Addresses = options.Addresses, Operations = options.Operations };
        if (options.Addresses.Count > 0)
        {
            return target;
        }

        try
        {
            await target.StartAsync(options, output);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        // Last in, first out: gateways before what they stand on.
        for (; _own.Count > 0; _own.RemoveAt(_own.Count - 1))
        {
            _own[^1].Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task StartAsync(LoadOptions options, TextWriter output)
    {
        var folder = new TempFolder();
        _own.Add(folder);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"A fleet of {options.First + options.Terminals + LoadOptions.Extra:N0} terminals, a Redis and {options.Gateways} gateway(s) are started …"));
        Fleet.Write(folder.File("fleet.ndjson"), options.First + options.Terminals + LoadOptions.Extra);
        var vgctl = Repository.AssemblyOf("VerifyGateway.Cli").Replace("VerifyGateway.Cli.dll", "vgctl.dll", StringComparison.Ordinal);
        var (code, text) = await ChildProcess.RunAsync("dotnet", [vgctl, "fleet", "import", folder.File("fleet.ndjson"), "--store", folder.File("fleet.db")], ImportLimit);
        if (code != 0)
        {
            throw new InvalidOperationException($"The import of the fleet ended with {code}:\n{text}");
        }

        var redis = await RedisServer.StartAsync();
        _own.Add(redis);
        for (var number = 0; number < options.Gateways; number++)
        {
            _own.Add(await GatewayProcess.StartAsync([
                "Storage:Path=" + folder.File("fleet.db"), "Redis:Endpoints=" + redis.Endpoint, "Callers:LoopbackRoles=Check,HolderChannel",
                string.Create(CultureInfo.InvariantCulture, $"Cache:FreshForMs={options.BoundMs}"), .. options.Settings,
            ]));
        }

        (Addresses, Operations) = ([.. Started.Select(static gateway => gateway.Grpc)], [.. Started.Select(static gateway => gateway.Ops)]);
    }
}

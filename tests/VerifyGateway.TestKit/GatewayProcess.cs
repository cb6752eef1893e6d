using System.Globalization;
using System.Text.RegularExpressions;

namespace VerifyGateway.TestKit;

/// <summary>The gateway as a process of its own, on free ports, with a private folder; listening when <see cref="StartAsync(string[])"/> returns.</summary>
public sealed partial class GatewayProcess : IDisposable
{
    private readonly TempFolder? _folder;

    private GatewayProcess(ChildProcess process, TempFolder? folder)
    {
        Process = process;
        _folder = folder;
    }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Address of the gRPC port: <c>http://127.0.0.1:12345</c>.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>Address of the operations port.</summary>
    public Uri Ops { get; private set; } = null!;

    /// <summary>The sample of records that comes with the gateway: one terminal for each situation.</summary>
    public static string SampleSeed { get; } = Repository.PathOf("src", "VerifyGateway.Storage", "Seeding", "sample-seed.ndjson");

    /// <summary>Starts a gateway with settings like <c>Redis:Endpoints=127.0.0.1:6379</c> and waits until it is ready.</summary>
    /// <param name="settings">Settings; what is not given gets free ports and a private folder.</param>
    public static Task<GatewayProcess> StartAsync(params string[] settings) => StartAsync(new Dictionary<string, string?>(), settings);

    /// <summary>As <see cref="StartAsync(string[])"/>, with variables of the environment besides; the settings win over them.</summary>
    public static async Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string?> environment, params string[] settings)
    {
        var gateway = Launch(environment, settings);
        try
        {
            await Wait.UntilAsync(() => gateway.HasAddresses() || gateway.Process.HasExited, "the gateway to say where it listens");
            if (gateway.Process.HasExited)
            {
                throw new InvalidOperationException($"The gateway ended with code {gateway.Process.ExitCode}:\n{gateway.Process.Output}");
            }

            return gateway;
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    /// <summary>Starts a gateway without waiting; for tests of starts that are refused.</summary>
    public static GatewayProcess Launch(params string[] settings) => Launch(new Dictionary<string, string?>(), settings);

    /// <summary>As <see cref="Launch(string[])"/>, with variables of the environment besides.</summary>
    public static GatewayProcess Launch(IReadOnlyDictionary<string, string?> environment, params string[] settings)
    {
        TempFolder? folder = null;
        var all = new List<string>(settings);
        AddUnlessGiven("Listen:GrpcPort", "0");
        AddUnlessGiven("Listen:OpsPort", "0");
        if (!settings.Any(it => it.StartsWith("Storage:Path=", StringComparison.Ordinal)))
        {
            folder = new TempFolder();
            all.Add("Storage:Path=" + folder.File("gateway.db"));
        }

        var arguments = new List<string> { Repository.AssemblyOf("VerifyGateway.Host") };
        arguments.AddRange(all.Select(it => "--" + it));
        return new GatewayProcess(ChildProcess.Start("dotnet", arguments, environment), folder);

        void AddUnlessGiven(string key, string value)
        {
            if (!settings.Any(it => it.StartsWith(key + "=", StringComparison.Ordinal)))
            {
                all.Add($"{key}={value}");
            }
        }
    }

    /// <summary>The text of the metrics page.</summary>
    public async Task<string> MetricsAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(Ops, "/metrics"));
    }

    /// <summary>The sum of a metric over all series whose labels contain every given part, for example <c>grpc_code="OK"</c>.</summary>
    public async Task<double> MetricAsync(string name, params string[] labelParts)
    {
        double sum = 0;
        foreach (var line in (await MetricsAsync()).Split('\n'))
        {
            var isSeries = line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal);
            if (isSeries && labelParts.All(part => line.Contains(part, StringComparison.Ordinal)))
            {
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Process.Dispose();
        _folder?.Dispose();
    }

    private bool HasAddresses()
    {
        var output = Process.Output;
        var (grpc, ops) = (GrpcLine().Match(output), OpsLine().Match(output));
        if (grpc.Success && ops.Success)
        {
            Grpc = new Uri(grpc.Groups[1].Value);
            Ops = new Uri(ops.Groups[1].Value);
        }

        return grpc.Success && ops.Success && output.Contains("System of record", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^gRPC .*(http://\S+)$", RegexOptions.Multiline)]
    private static partial Regex GrpcLine();

    [GeneratedRegex(@"^Operations: (http://[^/\s]+)/metrics", RegexOptions.Multiline)]
    private static partial Regex OpsLine();
}

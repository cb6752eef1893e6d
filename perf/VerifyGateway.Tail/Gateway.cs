using System.Globalization;
using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tail;

/// <summary>A gateway with so many terminals of the generated fleet in memory, as a process of its own.</summary>
internal sealed partial class Gateway : IDisposable
{
    private static readonly TimeSpan FillingLimit = TimeSpan.FromMinutes(15);
    private readonly TempFolder _folder;
    private readonly HttpClient _operations;

    private Gateway(ChildProcess process, TempFolder folder, int terminals)
    {
        (Process, _folder, Terminals) = (process, folder, terminals);
        Grpc = new Uri(GrpcLine().Match(process.Output).Groups[1].Value);
        _operations = new HttpClient { BaseAddress = new Uri(OperationsLine().Match(process.Output).Groups[1].Value) };
    }

    public ChildProcess Process { get; }

    public int Terminals { get; }

    public Uri Grpc { get; }

    /// <summary>Starts it, and returns when its memory is filled.</summary>
    /// <param name="terminals">How many terminals it holds.</param>
    /// <param name="memoryMiB">Its budget for copies; all else is as shipped.</param>
    public static async Task<Gateway> StartAsync(int terminals, int memoryMiB)
    {
        var folder = new TempFolder();
        var program = Repository.PathOf("perf", "VerifyGateway.TailGateway", "bin", Repository.Configuration, "net10.0", "VerifyGateway.TailGateway.dll");
        string[] settings = [Text(terminals), "--Listen:GrpcPort=0", "--Listen:OpsPort=0", $"--Cache:MemoryMiB={Text(memoryMiB)}", $"--Storage:Path={folder.File("gateway.db")}", $"--Storage:SeedFile={GatewayProcess.SampleSeed}"];
        var process = ChildProcess.Start("dotnet", [program, .. settings]);
        try
        {
            await Wait.UntilAsync(() => process.HasExited || process.Output.EndsWith("Ready", StringComparison.Ordinal), "the gateway's memory to be filled", FillingLimit);
            return process.HasExited ? throw new InvalidOperationException($"The gateway ended with code {process.ExitCode}:\n{process.Output}") : new Gateway(process, folder, terminals);
        }
        catch
        {
            process.Dispose();
            folder.Dispose();
            throw;
        }

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The sum of a metric over all series whose line contains a text.</summary>
    public async Task<double> MetricAsync(string name, string part = "")
    {
        var lines = (await _operations.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        return lines.Where(line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal)) && line.Contains(part, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>Memory of the process that is its own and not in files, MiB.</summary>
    public double ResidentMiB() =>
        double.Parse(ResidentLine().Match(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Process.Id}/status"))).Groups[1].Value, CultureInfo.InvariantCulture) / 1_024;

    public void Dispose()
    {
        _operations.Dispose();
        Process.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"^gRPC: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex GrpcLine();

    [GeneratedRegex(@"^Operations: (http://[^/\s]+)/metrics", RegexOptions.Multiline)]
    private static partial Regex OperationsLine();

    [GeneratedRegex(@"^VmRSS:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex ResidentLine();
}

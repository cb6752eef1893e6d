using System.Globalization;
using System.Text.Json;
using VerifyGateway.LoadTests.Tests;

[assembly: AssemblyFixture(typeof(Gateways))]

// Load beside load would measure neither.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VerifyGateway.LoadTests.Tests;

/// <summary>Two real gateways over one fleet and one Redis, for all tests; each test takes terminals of its own.</summary>
public sealed class Gateways : IAsyncLifetime
{
    /// <summary>Their bound on staleness.</summary>
    public const int BoundMs = 500;

    private const int Terminals = 20_000;
    private readonly TempFolder _folder = new();
    private Target _target = null!;

    internal IReadOnlyList<GatewayProcess> Processes => _target.Started;

    public async ValueTask InitializeAsync() => _target = await Target.OpenAsync(new LoadOptions { Terminals = Terminals, Rate = 1, Duration = TimeSpan.FromSeconds(1), Gateways = 2, BoundMs = BoundMs }, TextWriter.Null);

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Arguments that name the gateways, and a folder for the reports.</summary>
    internal string[] ArgumentsOf(string scenario, int gateways, string options) =>
    [
        scenario, .. _target.Addresses.Take(gateways).SelectMany(static address => new[] { "--address", address.ToString() }),
        .. _target.Operations.Take(gateways).SelectMany(static address => new[] { "--metrics", address.ToString() }),
        "--report", FolderOf(scenario), "--bound-ms", BoundMs.ToString(CultureInfo.InvariantCulture), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Runs a load test in this process.</summary>
    internal Task<LoadResult> RunAsync(string scenario, string options, int gateways = 1) => RunAsync(scenario, ArgumentsOf(scenario, gateways, options));

    /// <summary>Runs chaos at both gateways, with options of which one may hold spaces.</summary>
    internal Task<LoadResult> RunChaosAsync(string[] options) => RunAsync("chaos", [.. ArgumentsOf("chaos", 2, ""), .. options]);

    private async Task<LoadResult> RunAsync(string scenario, string[] arguments)
    {
        using var output = new StringWriter();
        var exitCode = await LoadProgram.RunAsync(arguments, output);
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());
        return new LoadResult(exitCode, output.ToString(), FolderOf(scenario));
    }

    /// <summary>As <see cref="RunAsync(string, string, int)"/>, and again while the run is invalid because others use the machine, as tests beside this one do: ten times at the most.</summary>
    internal async Task<LoadResult> RunValidAsync(string scenario, string options)
    {
        var result = await RunAsync(scenario, options);
        for (var more = 9; result.ExitCode == 98 && more > 0; more--)
        {
            result = await RunAsync(scenario, options);
        }

        return result;
    }

    /// <summary>Where the reports of a scenario go.</summary>
    internal string FolderOf(string scenario) => Directory.CreateDirectory(_folder.File(scenario)).FullName;
}

/// <summary>What a load test left behind.</summary>
internal sealed class LoadResult(int exitCode, string output, string folder)
{
    private readonly JsonElement _summary = Read(folder, "summary");

    public int ExitCode => exitCode;

    public string Output => output;

    public string Folder => folder;

    /// <summary>The notes, as one text.</summary>
    public string Notes => string.Join('\n', _summary.GetProperty("notes").EnumerateArray().Select(static note => note.GetString()));

    public int Ok => _summary.GetProperty("allOkCount").GetInt32();

    public int Failed => _summary.GetProperty("allFailCount").GetInt32();

    public double? ServerPercent99 => _summary.GetProperty("serverMs").GetProperty("percent99") is { ValueKind: JsonValueKind.Number } ms ? ms.GetDouble() : null;

    /// <summary>NBomber's report for machines, of a scenario.</summary>
    public JsonElement Scenario(string report, string scenario) =>
        Read(folder, report).GetProperty("stats").GetProperty("scenarioStats").EnumerateArray().Single(one => one.GetProperty("scenarioName").GetString() == scenario);

    /// <summary>How often the main scenario was answered so.</summary>
    public int CountOf(string code) => _summary.GetProperty("statusCodes").EnumerateArray().Where(one => one.GetProperty("statusCode").GetString() == code).Sum(static one => one.GetProperty("count").GetInt32());

    /// <summary>
    /// The load went as it should. On a machine that others use as well the generator may have been late: the run is invalid then and
    /// says nothing about times, but what it did it did.
    /// </summary>
    public LoadResult Done()
    {
        Assert.True(exitCode is 0 or 98, $"exit code {exitCode}:\n{output}");
        Assert.True(Failed == 0, output);
        return this;
    }

    private static JsonElement Read(string folder, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json"))).RootElement;
}

using System.Text.Json;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>The scripts in python/, run by Python's own gRPC with stubs that protoc makes from the repository's contract.</summary>
internal sealed class PythonScripts : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _stubs = new();

    /// <summary>The command line, for scripts that write beside a gateway.</summary>
    public static string Vgctl => Repository.PathOf("src", "VerifyGateway.Cli", "bin", Repository.Configuration, "net10.0", "vgctl.dll");

    /// <summary>Makes the stubs.</summary>
    public static async Task<PythonScripts> PrepareAsync()
    {
        var scripts = new PythonScripts();
        var root = Repository.PathOf("protos");
        string[] arguments =
        [
            "-I", root, "--python_out=" + scripts._stubs.Path, "--grpc_python_out=" + scripts._stubs.Path, "--plugin=protoc-gen-grpc_python=" + Find("grpc_python_plugin"),
            .. Directory.GetFiles(root, "*.proto", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)),
        ];
        var (exitCode, output) = await ChildProcess.RunAsync("protoc", arguments, Limit, root);
        Assert.True(exitCode == 0, output);
        return scripts;
    }

    /// <summary>Runs a script of tests against a gateway and returns how many of its tests ran to a good end.</summary>
    public async Task<int> RunTestsAsync(string script, Uri gateway, params (string Name, string Value)[] environment)
    {
        var result = await RunAsync(script, gateway, environment);
        var failed = result.GetProperty("failed").EnumerateObject().Select(it => $"{it.Name}:\n{it.Value.GetString()}").ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed));
        return result.GetProperty("ran").GetInt32() - result.GetProperty("skipped").GetInt32();
    }

    /// <summary>Runs a script to its end and returns the JSON that it prints as its last line.</summary>
    public async Task<JsonElement> RunAsync(string script, Uri gateway, params (string Name, string Value)[] environment)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(Python, [PathOf(script)], Limit, environment: Environment(gateway, environment));
        Assert.True(exitCode == 0, output);
        return LastLine(output);
    }

    /// <summary>Starts a script that goes on until it is told to end.</summary>
    public ChildProcess Start(string script, Uri gateway, params (string Name, string Value)[] environment) =>
        ChildProcess.Start(Python, [PathOf(script)], Environment(gateway, environment));

    /// <summary>The JSON in the last line of a script's output.</summary>
    public static JsonElement LastLine(string output)
    {
        var line = output.Split('\n').LastOrDefault(it => it.StartsWith('{')) ?? throw new InvalidOperationException("The script printed no JSON:\n" + output);
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    /// <inheritdoc />
    public void Dispose() => _stubs.Dispose();

    /// <summary>The system's Python: it is the one that the system's packages of gRPC belong to.</summary>
    private const string Python = "/usr/bin/python3";

    private static string PathOf(string script) => Repository.PathOf("tests", "VerifyGateway.Interop.Tests", "python", script);

    private static string Find(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"'{program}' is needed by this test; ./eng/test installs it.");

    private Dictionary<string, string?> Environment(Uri gateway, (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string?>
        {
            ["GATEWAY"] = gateway.Authority,
            ["SEED"] = GatewayProcess.SampleSeed,
            ["STUBS"] = _stubs.Path,
            ["PYTHONPATH"] = _stubs.Path,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["PYTHONIOENCODING"] = "utf-8",
            ["PYTHONUNBUFFERED"] = "1",
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}

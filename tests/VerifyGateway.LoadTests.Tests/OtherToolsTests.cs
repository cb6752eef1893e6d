using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>
/// The files for ghz and k6 ask for the terminals that the load tests make, in the contract's own words. Neither tool is here: that they
/// take the files is not shown.
/// </summary>
public sealed partial class OtherToolsTests : IDisposable
{
    private static readonly JsonParser Strict = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ghz_AsksForATerminalOfTheFleet()
    {
        using var config = JsonDocument.Parse(Repository.Read("perf/load/ghz.json"));
        var root = config.RootElement;
        var import = root.GetProperty("import-paths")[0].GetString()!;
        Assert.True(File.Exists(Repository.PathOf(import, root.GetProperty("proto").GetString()!)));
        Assert.Equal($"{VerificationService.Descriptor.FullName}.CheckStatus", root.GetProperty("call").GetString());

        // What the tool makes of its templates for call number 42. Quotes in them would be escaped by JSON, and break them.
        var data = root.GetProperty("data").GetRawText();
        Assert.DoesNotContain("\\\"", data, StringComparison.Ordinal);
        var request = Strict.Parse<CheckStatusRequest>(Template().Replace(data, static width => "42".PadLeft(width.Groups[1].Value[0] - '0', '0')));
        Assert.Equal(Fleet.Check(42), request);
    }

    [Fact]
    public async Task K6_AsksForTerminalsOfTheFleetInTurn()
    {
        var lines = await RunInNodeAsync();
        Assert.Equal("load ../../protos verifygateway/v1/verification_service.proto", lines[0]);
        Assert.True(File.Exists(Repository.PathOf("perf", "load", "..", "..", "protos", "verifygateway", "v1", "verification_service.proto")));
        Assert.Equal("connect 10.0.0.1:8081 true", lines[1]);
        for (var call = 0; call < 3; call++)
        {
            var words = lines[2 + call].Split(' ', 3);
            Assert.Equal(("invoke", $"{VerificationService.Descriptor.FullName}/CheckStatus"), (words[0], words[1]));
            Assert.Equal(Fleet.Check((41 + call) % 42), Strict.Parse<CheckStatusRequest>(words[2]));
        }

        Assert.Equal("options constant-arrival-rate 7 20s", lines[5]);
        Assert.Equal("judged true false false", lines[6]);
    }

    /// <summary>Runs the script with modules in the place of the tool's, which say what they are asked for.</summary>
    private async Task<string[]> RunInNodeAsync()
    {
        var modules = Directory.CreateDirectory(_folder.File("node_modules/k6")).FullName;
        await File.WriteAllTextAsync(_folder.File("package.json"), """{ "type": "module" }""");
        await File.WriteAllTextAsync(Path.Combine(modules, "package.json"), """{ "name": "k6", "type": "module", "exports": { ".": "./k6.js", "./net/grpc": "./grpc.js", "./execution": "./execution.js" } }""");
        await File.WriteAllTextAsync(Path.Combine(modules, "k6.js"), "export const check = (answer, conditions) => { globalThis.condition = Object.values(conditions)[0]; };");
        await File.WriteAllTextAsync(Path.Combine(modules, "execution.js"), "export default { scenario: { iterationInTest: 41 } };");
        await File.WriteAllTextAsync(Path.Combine(modules, "grpc.js"), """
            class Client {
              load(folders, file) { console.log('load', folders.join(), file); }
              connect(address, options) { console.log('connect', address, options.plaintext); }
              invoke(method, request) { console.log('invoke', method, JSON.stringify(request)); return null; }
            }
            export default { Client, StatusOK: 0 };
            """);
        await File.WriteAllTextAsync(_folder.File("k6.js"), Repository.Read("perf/load/k6.js"));
        await File.WriteAllTextAsync(_folder.File("run.js"), """
            globalThis.__ENV = { ADDRESS: '10.0.0.1:8081', TERMINALS: '42', RATE: '7', DURATION: '20s' };
            const { default: run, options } = await import('./k6.js');
            const { default: execution } = await import('k6/execution');
            for (let call = 0; call < 3; call++) { run(); execution.scenario.iterationInTest++; }
            const checks = options.scenarios.checks;
            console.log('options', checks.executor, checks.rate, checks.duration);
            const judged = [[0, 'DECISION_ALLOW'], [0, 'DECISION_DECLINE'], [14, 'DECISION_ALLOW']].map(([status, decision]) => globalThis.condition({ status, message: { decision } }));
            console.log('judged', ...judged);
            """);
        var (exitCode, output) = await ChildProcess.RunAsync("node", [_folder.File("run.js")], TimeSpan.FromSeconds(30));
        Assert.True(exitCode == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("""\{\{printf `%0(\d)d` \.RequestNumber\}\}""")]
    private static partial Regex Template();
}

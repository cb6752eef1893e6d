using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>README's commands work as they stand there.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Start_AsPastedFromTheRoot_AnswersTheCallThatFollowsAsShown()
    {
        using var folder = new TempFolder();
        var start = Commands().Single(command => command.Contains("src/VerifyGateway.Host", StringComparison.Ordinal));
        using var gateway = ChildProcess.Start("bash",
            ["-c", $"exec {start} --Listen:GrpcPort 0 --Listen:OpsPort 0 --Storage:Path {folder.File("gateway.db")}"], workingDirectory: Repository.Root);
        await Wait.UntilAsync(() => gateway.HasExited || gateway.Output.Contains("System of record", StringComparison.Ordinal), "the gateway to start", TimeSpan.FromMinutes(3));
        Assert.False(gateway.HasExited, gateway.Output);

        var address = Address().Match(gateway.Output).Value;
        var call = Commands().Single(command => command.StartsWith("npx buf curl", StringComparison.Ordinal))
            .Replace("npx buf", "buf", StringComparison.Ordinal).Replace("http://127.0.0.1:8081", address, StringComparison.Ordinal);
        var (code, output) = await ChildProcess.RunAsync("bash", ["-c", call], TimeSpan.FromMinutes(1));
        Assert.True(code == 0, output);
        string[] shown = ["\"decision\": \"DECISION_DECLINE\"", "REASON_NOT_VERIFIED", "\"de39\": \"03\"", "未实名认证请先完成认证", "REMEDY_START_VERIFICATION"];
        Assert.All(shown, part => Assert.Contains(part, output, StringComparison.Ordinal));
        Assert.All(shown, part => Assert.Contains(part, Repository.Read("README.md"), StringComparison.Ordinal));
        gateway.Signal("TERM");
        await gateway.WaitForExitAsync(TimeSpan.FromMinutes(1));
    }

    private static IEnumerable<string> Commands() => Fence().Matches(Repository.Read("README.md")).Select(fence => fence.Groups[1].Value.Trim());

    [GeneratedRegex("```sh\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+(?=\s)")]
    private static partial Regex Address();
}

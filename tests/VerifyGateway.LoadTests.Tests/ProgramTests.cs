using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NBomberStandIn.Tests;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>The program as a process, its arguments, and what it may name.</summary>
public sealed class ProgramTests(Gateways gateways) : IDisposable
{
    private static readonly string Program = typeof(LoadProgram).Assembly.Location;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_WithoutAddress_StartsItsOwnGatewayAndPassesTheCodeOn()
    {
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet",
            [Program, "steady", "--terminals", "50", "--rate", "20", "--duration", "500ms", "--warm-up", "200ms", "--p99-ms", "0.001", "--report", _folder.Path], TimeSpan.FromMinutes(1));
        Assert.True(exitCode == 99, output);
        Assert.Contains("steady: threshold failed (exit code 99): 10 ok, 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_Interrupted_ReportsWhatItMeasured()
    {
        var gateway = gateways.Processes[0];
        var handled = await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus");
        using var process = ChildProcess.Start("dotnet", [Program, .. gateways.ArgumentsOf("steady", 1, $"--terminals 50 --first 4000 --rate 20 --duration 60s --warm-up 0s")]);
        await Wait.UntilAsync(async () => await gateway.MetricAsync("grpc_server_handled_total", "CheckStatus") > handled + 10, "some checks");
        process.Signal("INT");
        await process.WaitForExitAsync(TimeSpan.FromSeconds(20));
        Assert.True(process.ExitCode == 105, process.Output);
        Assert.Matches(@"steady: interrupted \(exit code 105\): \d\d", process.Output);
    }

    [Fact]
    public async Task Config_InJson_OutranksTheOptions()
    {
        await File.WriteAllTextAsync(_folder.File("c.json"),
            """{ "GlobalSettings": { "ScenariosSettings": [{ "ScenarioName": "checks", "LoadSimulationsSettings": [{ "Inject": [7, "00:00:01", "00:00:01"] }] }] } }""");
        var result = await gateways.RunAsync("steady", $"--terminals 50 --first 4000 --warm-up 0s --duration 1h --p99-ms 5000 --config {_folder.File("c.json")}");
        Assert.Equal(7, result.Ok);
    }

    [Theory]
    [InlineData("")]
    [InlineData("steadily")]
    [InlineData("steady --rate many")]
    [InlineData("steady --rate -1")]
    [InlineData("steady --duration 5x")]
    [InlineData("steady --address somewhere")]
    [InlineData("steady --address http://127.0.0.1:1 --duration 0s")]
    [InlineData("sign-in-8am --rate 5")]
    public async Task Arguments_ThatMakeNoSense_EndWithTheirCode(string arguments)
    {
        using var output = new StringWriter();
        Assert.Equal(104, await LoadProgram.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output));
        Assert.NotEqual("", output.ToString());
    }

    [Fact]
    public async Task Help_NamesEveryScenarioAndEveryExitCode()
    {
        using var output = new StringWriter();
        Assert.Equal(0, await LoadProgram.RunAsync(["--help"], output));
        Assert.All(Catalog.All(), scenario => Assert.Contains($"  {scenario.Name} ", output.ToString(), StringComparison.Ordinal));
        Assert.All(new[] { "0 passed", "98 invalid", "99 an objective", "104 bad", "105 interrupted" }, code => Assert.Contains(code, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Documentation_TellsOfEveryScenarioAndOption()
    {
        var page = Repository.Read("docs/load-testing.md");
        Assert.All(Catalog.All(), scenario => Assert.Contains($"`{scenario.Name}`", page, StringComparison.Ordinal));
        Assert.All(Catalog.All().SelectMany(static scenario => new OptionSet(scenario).All).Select(static option => option.Name).Distinct(), name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FleetFile_HasTheTerminalsOfTheLoadAndThoseBeyond()
    {
        using var output = new StringWriter();
        Assert.Equal(0, await LoadProgram.RunAsync(["fleet", _folder.File("f.ndjson"), "--terminals", "10"], output));
        Assert.Equal(1 + (2 * (10 + LoadOptions.Extra)), File.ReadLines(_folder.File("f.ndjson")).Count());
    }

    [Fact]
    public void Program_NamesOnlyWhatThePackageHas()
    {
        var used = MembersUsed().ToHashSet(StringComparer.Ordinal);
        Assert.Contains("ScenarioStats.Ok", used);
        Assert.Contains("Threshold.Create", used);
        Assert.All(PackageSurface.Additions, addition => Assert.DoesNotContain(addition.Split('(', '=')[0], used));
        var known = PackageSurface.Members.Select(static member => member.Split('(', '=')[0].Replace("<T>", "", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        Assert.All(used.Where(static member => !member.EndsWith("..ctor", StringComparison.Ordinal)), member => Assert.Contains(member, known));
    }

    /// <summary>Every member of the stand-in that the program's binary refers to.</summary>
    private static IEnumerable<string> MembersUsed()
    {
        using var file = new PEReader(File.OpenRead(Program));
        var metadata = file.GetMetadataReader();
        foreach (var member in metadata.MemberReferences.Select(metadata.GetMemberReference))
        {
            var parent = member.Parent.Kind == HandleKind.TypeSpecification ? DeclaringType(metadata, (TypeSpecificationHandle)member.Parent) : member.Parent;
            if (parent.Kind == HandleKind.TypeReference && metadata.GetTypeReference((TypeReferenceHandle)parent) is var type && type.ResolutionScope.Kind == HandleKind.AssemblyReference
                && metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name).StartsWith("NBomber", StringComparison.Ordinal))
            {
                var name = metadata.GetString(member.Name);
                yield return $"{metadata.GetString(type.Name).Split('`')[0]}.{(name.StartsWith("get_", StringComparison.Ordinal) ? name[4..] : name)}";
            }
        }
    }

    /// <summary>The type of which a generic one is made: after the byte for that and the one for class or value, its number.</summary>
    private static EntityHandle DeclaringType(MetadataReader metadata, TypeSpecificationHandle handle)
    {
        var blob = metadata.GetBlobReader(metadata.GetTypeSpecification(handle).Signature);
        return blob.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && blob.ReadSignatureTypeCode() is SignatureTypeCode.TypeHandle ? blob.ReadTypeHandle() : default(EntityHandle);
    }
}

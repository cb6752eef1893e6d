using System.Text.Json;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tidy.Tests;

/// <summary>The switch between stand-ins and official packages, as far as a registry that lacks the latter can show it.</summary>
public sealed class SwitchTests
{
    [Theory]
    [InlineData("src/VerifyGateway.Contracts/VerifyGateway.Contracts.csproj", "Grpc.Core.Api")]
    [InlineData("src/VerifyGateway.Caching/VerifyGateway.Caching.csproj", "Pipelines.Sockets.Unofficial")]
    [InlineData("src/VerifyGateway.Caching/VerifyGateway.Caching.csproj", "System.IO.Hashing")]
    [InlineData("src/VerifyGateway.Server/VerifyGateway.Server.csproj", "Grpc.Net.Common")]
    [InlineData("src/VerifyGateway.Host/VerifyGateway.Host.csproj", "prometheus-net.AspNetCore")]
    [InlineData("perf/VerifyGateway.LoadTests/VerifyGateway.LoadTests.csproj", "NBomber")]
    [InlineData("tests/StandIns.NBomber.Tests/StandIns.NBomber.Tests.csproj", "NBomber.Data")]
    public async Task Switch_OnAndOff_TurnsProjectIntoPackage(string project, string id)
    {
        Assert.Equal((false, true), await ReferencesAsync(project, id, "false"));
        Assert.Equal((true, false), await ReferencesAsync(project, id, "true"));
    }

    [Fact]
    public async Task Switch_OnWherePackagesAreMissing_SaysWhichIsMissing()
    {
        using var folder = new TempFolder();
        var (code, output) = await ChildProcess.RunAsync("dotnet",
            ["restore", Repository.PathOf("src", "VerifyGateway.Contracts"), "-p:UseOfficialPackages=true", $"-p:MSBuildProjectExtensionsPath={folder.Path}/"], TimeSpan.FromMinutes(3));
        var saysWhich = output.Contains("NU1101", StringComparison.Ordinal) && output.Contains("Grpc.Core.Api", StringComparison.Ordinal);
        Assert.True(code == 0 || saysWhich, output);
    }

    private static async Task<(bool AsPackage, bool AsProject)> ReferencesAsync(string project, string id, string official)
    {
        var (code, output) = await ChildProcess.RunAsync("dotnet",
            ["msbuild", Repository.PathOf(project), $"-p:UseOfficialPackages={official}", "-getItem:PackageReference,ProjectReference"], TimeSpan.FromMinutes(2));
        Assert.True(code == 0, output);
        using var items = JsonDocument.Parse(output);
        return (Has("PackageReference", id), Has("ProjectReference", $"{id}.csproj"));

        bool Has(string kind, string end) => items.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray()
            .Any(item => Path.GetFileName(item.GetProperty("Identity").GetString()!) == end);
    }
}

namespace VerifyGateway.Helm.Tests;

/// <summary>
/// Every manifest is what Kubernetes takes: by the models' own schemas, which know types and required fields but let misspelt
/// names pass, and by the compiler, which finds those.
/// </summary>
public sealed class KubernetesTypeTests(Rendered rendered)
{
    public static TheoryData<string> Sets => [.. Rendered.Sets];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Manifests_OfASet_AreValid(string set)
    {
        Assert.NotEmpty(rendered[set].All);
        Assert.DoesNotContain(rendered.Findings, finding => finding.StartsWith(set + ":", StringComparison.Ordinal));
        Assert.DoesNotContain(rendered.CompilerLines, line => line.StartsWith(set + ".ts", StringComparison.Ordinal));
    }

    [Fact]
    public void Compiler_OfAllSets_SaysNothingButOfTheControls() =>
        Assert.DoesNotContain(rendered.CompilerLines, line => line.Contains("error", StringComparison.Ordinal) && !line.StartsWith("control-", StringComparison.Ordinal));

    [Theory]
    [InlineData("control-probe", "readinessProb")]
    [InlineData("control-interval", "intervall")]
    [InlineData("control-type", "'string' is not assignable to type 'number'")]
    public void Compiler_ControlWithAMistake_FindsIt(string control, string expected) => Assert.Contains(rendered.CompilerLines,
        line => line.StartsWith(control + ".ts", StringComparison.Ordinal) && line.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Models_ControlWithAWrongType_FindIt() =>
        Assert.Contains(rendered.Findings, finding => finding.StartsWith("control-type: Deployment", StringComparison.Ordinal));
}

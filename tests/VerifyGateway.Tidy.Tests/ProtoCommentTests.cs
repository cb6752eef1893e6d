using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>The wire contract explains itself: a comment stands directly above everything that has a name.</summary>
public partial class ProtoCommentTests
{
    [Fact]
    public void Protos_OfTheProduct_ExplainEverythingThatHasAName()
    {
        var files = Sources.Texts.Where(file => file.Path.StartsWith("protos/verifygateway/", StringComparison.Ordinal) && file.Path.EndsWith(".proto", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Rule.Holds(files.SelectMany(Unexplained));
    }

    [Theory]
    [InlineData("message A {")]
    [InlineData("message A {}")]
    [InlineData("enum A {")]
    [InlineData("service A {")]
    [InlineData("  rpc A(B) returns (C);")]
    [InlineData("  rpc A(stream B) returns (stream C) {")]
    [InlineData("  string a = 1;")]
    [InlineData("  repeated a.b.C d = 1 [deprecated = true];")]
    [InlineData("  optional int32 a = 12")]
    [InlineData("  map<string, int64> a = 3;")]
    [InlineData("  A_B = 0;")]
    [InlineData("  A_B = -1 [deprecated = true];")]
    [InlineData("  oneof a {")]
    public void Sample_WithoutAComment_IsFound(string line)
    {
        Rule.Finds("no comment", Unexplained(new SourceFile("a.proto", "\n" + line)));
        Rule.Finds("no comment", Unexplained(new SourceFile("a.proto", "  string z = 9; // not above\n" + line)));
        Rule.Finds("no comment", Unexplained(new SourceFile("a.proto", "// not directly above\n\n" + line)));
        Rule.Finds("no comment", Unexplained(new SourceFile("a.proto", "//\n" + line)));
        Rule.LeavesAlone(Unexplained(new SourceFile("a.proto", "// What it is.\n" + line)));
    }

    [Theory]
    [InlineData("syntax = \"proto3\";")]
    [InlineData("option csharp_namespace = \"A\";")]
    [InlineData("  reserved 3;")]
    [InlineData("}")]
    [InlineData("package a.v1;")]
    public void Sample_WithoutAName_IsLeftAlone(string line) => Rule.LeavesAlone(Unexplained(new SourceFile("a.proto", "\n" + line)));

    private static IEnumerable<string> Unexplained(SourceFile file)
    {
        var above = "";
        foreach (var (number, line) in Rule.Lines(file.Text))
        {
            if (Named().IsMatch(line) && !Comment().IsMatch(above))
            {
                yield return file.At(number, $"no comment directly above '{line.Trim()}'");
            }

            above = line;
        }
    }

    [GeneratedRegex(@"^\s*((message|enum|service|oneof|extend)\s+\w|rpc\s+\w|(?!option\b|reserved\b)((repeated|optional|required)\s+)?[\w.]+(<[^>]*>)?\s+\w+\s*=\s*\d|[A-Z]\w*\s*=\s*-?\d)")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\s*(//.*\w|.*\*/\s*$)")]
    private static partial Regex Comment();
}

using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>The product keeps no state in statics: what can change is passed in and lives as long as its owner.</summary>
public partial class StaticStateTests
{
    [Fact]
    public void Product_AllTypes_HaveNoStaticState() => Rule.Holds(Sources.CSharp.Where(file => Sources.IsProduct(file.Path)).SelectMany(StaticState));

    [Theory]
    [InlineData("class A { private static int s_count; }")]
    [InlineData("class A { static Dictionary<string, (int X, int Y)> s_all = new(); }")]
    [InlineData("class A { [Obsolete(\"x\")] public static volatile string? S = null; }")]
    [InlineData("class A { internal static int Count { get; set; } }")]
    [InlineData("class A { internal static int Count { get; private set; } = 3; }")]
    [InlineData("class A { public static event Action? Changed; }")]
    [InlineData("static class A { class B { static (int X, int Y) s_pair; } }")]
    public void Sample_WithStaticState_IsFound(string text) => Rule.Finds("static state", StaticState(new SourceFile("src/VerifyGateway.A/A.cs", text)));

    [Theory]
    [InlineData("using static System.Math; class A { }")]
    [InlineData("class A { private static readonly int[] All = [1]; const int B = 1; static int C => 1; }")]
    [InlineData("class A { static int M() { return 1; } static int N(int x) => x; public static A operator +(A a, A b) => a; }")]
    [InlineData("class A { public static int P { get; } = 1; static A() { } static int Q { get { return 1; } } }")]
    [InlineData("class A { [ThreadStatic] private static int t_depth; static extern void E(int x); static partial void P(int x); }")]
    [InlineData("class A { int x; void M() { static int Local() => 1; } }")]
    public void Sample_WithoutStaticState_IsLeftAlone(string text) => Rule.LeavesAlone(StaticState(new SourceFile("src/VerifyGateway.A/A.cs", text)));

    private static IEnumerable<string> StaticState(SourceFile file) =>
        CSharpMembers.Of(file.Text)
            .Where(member => member.InType && IsStatic().IsMatch(member.Head) && IsState(member))
            .Select(member => file.At(member.FirstLine, $"static state: {member.Head}"));

    private static bool IsState(CSharpMember member) =>
        !IsFixed().IsMatch(member.Head)
        && !member.Attributes.Contains("ThreadStatic", StringComparison.Ordinal)
        && (member.Body.StartsWith('{')
            ? HasSetter().IsMatch(member.Body) && !member.IsMethod
            : !member.Body.StartsWith("=>", StringComparison.Ordinal) && !Call().IsMatch(member.Head));

    [GeneratedRegex(@"\bstatic\b")]
    private static partial Regex IsStatic();

    [GeneratedRegex(@"\b(readonly|const|abstract)\b")]
    private static partial Regex IsFixed();

    [GeneratedRegex(@"^\{[^{}]*\bset\s*;")]
    private static partial Regex HasSetter();

    [GeneratedRegex(@"[\w>]\(")]
    private static partial Regex Call();
}

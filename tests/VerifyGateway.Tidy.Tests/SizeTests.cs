namespace VerifyGateway.Tidy.Tests;

/// <summary>Files and methods are short enough to read at a sitting, or say why not.</summary>
public class SizeTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 70;
    private const string Excuse = "// tidy: long because ";

    [Fact]
    public void Files_AllOfThem_AreShortOrSayWhyNot() => Rule.Holds(Sources.CSharp.SelectMany(LongFiles));

    [Fact]
    public void Methods_AllOfThem_AreShortOrSayWhyNot() => Rule.Holds(Sources.CSharp.SelectMany(LongMethods));

    [Fact]
    public void Files_TooLong_AreFound()
    {
        Rule.LeavesAlone(LongFiles(Sample(Repeat("x\n", MaxFileLines))));
        Rule.Finds("401 lines", LongFiles(Sample(Repeat("x\n", MaxFileLines + 1))));
        Rule.LeavesAlone(LongFiles(Sample(Excuse + "it is a table\n" + Repeat("x\n", MaxFileLines))));
        Rule.Finds("402 lines", LongFiles(Sample(Excuse + "\n" + Repeat("x\n", MaxFileLines + 1))));
    }

    [Theory]
    [InlineData("namespace N; class A { void M() {", "} }")]
    [InlineData("namespace N { class A { async Task<List<int>> M<T>(T x = default) where T : class {", "} } }")]
    [InlineData("record A(int X) { public int B { get; } = 1; private int M() =>", "1; }")]
    [InlineData("class A { public A() : this(1) {", "} }")]
    [InlineData("class A { A(int x) {", "} }")]
    [InlineData("using X; var a = 1; await B(); static int M() {", "}")]
    [InlineData("class A { string s = $\"{(true ? \"{\" : \"}\")}\"; char c = '{'; void M() {", "} }")]
    [InlineData("class A { string s = @\"\\\"; string t = \"\"\"{ \" \"\"\"; [Attr(1)] void M() {", "} }")]
    [InlineData("class A { public static bool operator ==(A a, A b) {", "} }")]
    [InlineData("class A { class B { } enum C { D = 1 } delegate void E(); void M() {", "} }")]
    public void Methods_TooLong_AreFound(string before, string after)
    {
        Rule.LeavesAlone(LongMethods(Sample($"{before}\n{Repeat(";\n", MaxMethodLines - 2)}{after}")));
        Rule.Finds("71 lines", LongMethods(Sample($"{before}\n{Repeat(" \n", MaxMethodLines - 1)}{after}")));
        Rule.LeavesAlone(LongMethods(Sample($"{before}\n{Excuse}it is one switch\n{Repeat(" \n", MaxMethodLines)}{after}")));
    }

    [Fact]
    public void Methods_OfALongTypeOrAfterALongField_AreLeftAlone()
    {
        var field = $"int[] a = [\n{Repeat("1,\n", 80)}];";
        Rule.LeavesAlone(LongMethods(Sample($"class A {{ {field} int[] B {{ get; }} = [\n{Repeat("1,\n", 80)}]; void M() {{ }} {Repeat("void N() { }\n", 80)} }}")));
    }

    private static IEnumerable<string> LongFiles(SourceFile file)
    {
        var lines = file.Text.AsSpan().Count('\n');
        return lines > MaxFileLines && !IsExcused(file.Text) ? [file.At(1, $"{lines} lines, at most {MaxFileLines} without '{Excuse}…'")] : [];
    }

    private static IEnumerable<string> LongMethods(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        return CSharpMembers.Of(file.Text)
            .Where(member => member.IsMethod && member.Lines > MaxMethodLines)
            .Where(member => !IsExcused(string.Join('\n', lines[Math.Max(0, member.FirstLine - 2)..member.LastLine])))
            .Select(member => file.At(member.FirstLine, $"a method of {member.Lines} lines, at most {MaxMethodLines} without '{Excuse}…'"));
    }

    private static bool IsExcused(string text) =>
        Rule.Lines(text).Any(line => line.Text.Trim() is var trimmed && trimmed.StartsWith(Excuse, StringComparison.Ordinal) && trimmed.Length > Excuse.Length);

    private static SourceFile Sample(string text) => new("src/A.cs", text);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}

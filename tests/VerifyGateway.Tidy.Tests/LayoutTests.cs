using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>What may stand at the top of the repository, and what may stand in no text file at all.</summary>
public partial class LayoutTests
{
    public static TheoryData<string> MachinePaths =>
        ["see /ho" + "me/user/x", "cp /ro" + "ot/a b", "\"/wo" + "rk/x\"", "cd /tm" + "p/h", "cd /tm" + "p/h/x", "path=/fa" + "rm", "file:///ho" + "me/x"];

    public static TheoryData<string> RegistryHosts =>
    [
        "https://api.nu" + "get.org/v3/x", "https://www.nu" + "get.org/api/v2", "https://pkgs.dev.az" + "ure.com/x", "registry.npm" + "js.org",
        "https://py" + "pi.org/simple", "https://x.jf" + "rog.io/a", "http://host/arti" + "factory/api/nuget", "http://nex" + "us.corp/x",
        "<add key=\"feed\" value=\"https://host/v3/ind" + "ex.json\" />",
    ];

    [Fact]
    public void TopLevel_Entries_AreThoseAllowed() => Rule.Holds(Sources.Paths.SelectMany(TopLevel).Distinct());

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("samples/a.cs")]
    [InlineData("VerifyGateway.slnx")]
    [InlineData("Other.sln")]
    [InlineData("Directory.Build.rsp")]
    [InlineData("tests")]
    public void TopLevel_OtherEntry_IsFound(string path) => Rule.Finds("does not belong", TopLevel(path));

    [Theory]
    [InlineData("README.zh-CN.md")]
    [InlineData(".ci/build.yaml")]
    [InlineData(".editorconfig")]
    [InlineData("Directory.Build.targets")]
    [InlineData("src/a.cs")]
    public void TopLevel_AllowedEntry_IsLeftAlone(string path) => Rule.LeavesAlone(TopLevel(path));

    [Fact]
    public void Texts_AllFiles_NameNoPathOfOneMachine() => Rule.Holds(Sources.Texts.SelectMany(file => Find(file, MachinePath(), "a path of one machine")));

    [Theory]
    [MemberData(nameof(MachinePaths))]
    public void Texts_PathOfOneMachine_IsFound(string text) => Rule.Finds("a path of one machine", Find(new SourceFile("a.md", text), MachinePath(), "a path of one machine"));

    [Theory]
    [InlineData("src/home/a.cs")]
    [InlineData("a network/farm of servers")]
    [InlineData("/workers/x, /homes, ./work/x")]
    [InlineData("/tmp/hash")]
    public void Texts_OtherPath_IsLeftAlone(string text) => Rule.LeavesAlone(Find(new SourceFile("a.md", text), MachinePath(), ""));

    [Fact]
    public void Texts_AllFiles_NameNoPackageRegistry() => Rule.Holds(Sources.Texts.SelectMany(file => Find(file, RegistryHost(), "a package registry")));

    [Theory]
    [MemberData(nameof(RegistryHosts))]
    public void Texts_PackageRegistry_IsFound(string text) => Rule.Finds("a package registry", Find(new SourceFile("a.md", text), RegistryHost(), "a package registry"));

    [Fact]
    public void Product_AllFiles_DoNotKnowOfStandIns() => Rule.Holds(Sources.Texts.SelectMany(StandInWords));

    [Theory]
    [InlineData("src/VerifyGateway.A/A.cs", "#if UseOfficialPackages")]
    [InlineData("src/VerifyGateway.A/A.csproj", "<X Condition=\"'$(UseOfficialPackages)' == 'true'\" />")]
    [InlineData("src/VerifyGateway.A/A.cs", "using Pipelines.Sockets.Unofficial;")]
    [InlineData("src/VerifyGateway.A/A.cs", "var x = System.IO.Hashing.XxHash3.Hash(y);")]
    public void Product_KnowingOfStandIns_IsFound(string path, string text) => Rule.Finds("stand-in", StandInWords(new SourceFile(path, text)));

    [Theory]
    [InlineData("src/VerifyGateway.A/A.csproj", "<StandIn Include=\"System.IO.Hashing\" />")]
    [InlineData("src/StandIns/System.IO.Hashing/A.cs", "namespace System.IO.Hashing;")]
    public void Product_NotKnowingOfStandIns_IsLeftAlone(string path, string text) => Rule.LeavesAlone(StandInWords(new SourceFile(path, text)));

    private static IEnumerable<string> TopLevel(string path) =>
        (path.Contains('/') ? AllowedFolder() : AllowedFile()).IsMatch(path.Split('/')[0]) ? [] : [$"{path.Split('/')[0]} does not belong at the top of the repository"];

    private static IEnumerable<string> Find(SourceFile file, Regex pattern, string what) =>
        Rule.Lines(file.Text).Where(line => pattern.IsMatch(line.Text)).Select(line => file.At(line.Number, $"{what}: {line.Text.Trim()}"));

    private static IEnumerable<string> StandInWords(SourceFile file)
    {
        var isCode = file.Path.EndsWith(".cs", StringComparison.Ordinal);
        if (!Sources.IsProduct(file.Path) || !(isCode || file.Path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            return [];
        }

        return [.. Find(file, Switch(), "the stand-in switch"), .. isCode ? Find(file, StandInNamespace(), "a stand-in's namespace") : []];
    }

    [GeneratedRegex(@"^(protos|src|perf|tests|helm|eng|docs|\..+)$")]
    private static partial Regex AllowedFolder();

    [GeneratedRegex(@"^(VerifyGateway\.sln|README.*\.md|LICENSE|Directory\.\w+\.(props|targets)|global\.json|\..+)$")]
    private static partial Regex AllowedFile();

    // Brackets keep a pattern from matching itself.
    [GeneratedRegex(@"(?<![\w.-])/([h]ome|[r]oot|[w]ork)/|(?<![\w.-])/[f]arm\b|(?<![\w.-])/tm[p]/h(?!\w)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(api|www)\.nu[g]et\.org|pkgs\.dev\.az[u]re\.com|registry\.np[m]js|\bpy[p]i\.org|\bjfr[o]g\b|artif[a]ctory|\bnex[u]s[\w-]*\.\w+|https?://\S+/ind[e]x\.json", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex("UseOfficialPackages")]
    private static partial Regex Switch();

    [GeneratedRegex(@"\b(Pipelines\.Sockets\.Unofficial|System\.IO\.Hashing)\b")]
    private static partial Regex StandInNamespace();
}

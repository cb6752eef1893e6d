using System.Text.RegularExpressions;
using System.Xml.Linq;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tidy.Tests;

/// <summary>Who may reference whom, where versions stand, and that the solution lists everything.</summary>
public partial class ProjectTests
{
    /// <summary>Product projects, and which of them each may reference; stand-ins are referenced by package id, never by path.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Domain"] = [],
        ["Contracts"] = [],
        ["Caching"] = ["Domain"],
        ["Storage"] = ["Caching", "Domain"],
        ["Server"] = ["Caching", "Contracts", "Domain"],
        ["Host"] = ["Caching", "Client", "Contracts", "Domain", "Server", "Storage"],
        ["Client"] = ["Contracts"],
        ["Cli"] = ["Caching", "Client", "Contracts", "Domain", "Storage"],
    };

    [Fact]
    public void References_AllProjects_FollowTheDiagram() => Rule.Holds(Sources.Projects.SelectMany(References));

    [Theory]
    [InlineData("src/VerifyGateway.Domain", "../VerifyGateway.Contracts", "may not reference")]
    [InlineData("src/VerifyGateway.Server", "../VerifyGateway.Storage", "may not reference")]
    [InlineData("src/VerifyGateway.Server", "..\\VerifyGateway.Storage", "may not reference")]
    [InlineData("src/VerifyGateway.Storage", "../VerifyGateway.Server", "may not reference")]
    [InlineData("src/VerifyGateway.Host", "../../tests/VerifyGateway.TestKit", "may not reference")]
    [InlineData("src/VerifyGateway.Caching", "../../perf/VerifyGateway.Benchmarks", "may not reference")]
    [InlineData("src/VerifyGateway.Caching", "../StandIns/System.IO.Hashing", "may not reference")]
    [InlineData("src/VerifyGateway.Caching", "$(RepositoryRoot)src/VerifyGateway.Storage", "may not reference")]
    [InlineData("src/VerifyGateway.Extra", "../VerifyGateway.Domain", "not in the table")]
    [InlineData("src/StandIns/prometheus-net", "../../VerifyGateway.Domain", "may not reference")]
    public void References_AgainstTheDiagram_AreFound(string from, string to, string expected) => Rule.Finds(expected, References(Project(from, to)));

    [Theory]
    [InlineData("src/VerifyGateway.Server", "../VerifyGateway.Caching")]
    [InlineData("src/VerifyGateway.Host", "..\\VerifyGateway.Storage")]
    [InlineData("src/StandIns/prometheus-net.AspNetCore", "../prometheus-net")]
    [InlineData("tests/VerifyGateway.Server.Tests", "../../src/VerifyGateway.Server")]
    [InlineData("perf/VerifyGateway.Benchmarks", "../../src/VerifyGateway.Server")]
    public void References_AlongTheDiagram_AreLeftAlone(string from, string to) => Rule.LeavesAlone(References(Project(from, to)));

    [Fact]
    public void Packages_AllProjects_TakeTheirVersionsFromOnePlace() =>
        Rule.Holds(Sources.Texts.Where(file => Path.GetExtension(file.Path) is ".csproj" or ".props" or ".targets").SelectMany(file => Versions(file, CentralIds())));

    [Theory]
    [InlineData("<PackageReference Include=\"Known\" Version=\"1.0.0\" />", "has a version of its own")]
    [InlineData("<PackageReference Include=\"Known\" VersionOverride=\"1.0.0\" />", "has a version of its own")]
    [InlineData("<PackageReference Include=\"Known\"><Version>1.0.0</Version></PackageReference>", "has a version of its own")]
    [InlineData("<PackageReference Update=\"Known\" Version=\"1.0.0\" />", "has a version of its own")]
    [InlineData("<PackageReference Include=\"Other\" />", "has no central version")]
    [InlineData("<StandIn Include=\"Other\" />", "has no central version")]
    public void Packages_VersionElsewhereOrNowhere_AreFound(string item, string expected) =>
        Rule.Finds(expected, Versions(new SourceFile("src/A/A.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>"), ["Known"]));

    [Fact]
    public void Packages_VersionInItsPlace_AreLeftAlone() => Rule.LeavesAlone(Versions(
        new SourceFile("src/A/A.csproj", "<Project><ItemGroup><PackageReference Include=\"Known\" PrivateAssets=\"all\" /><PackageReference Include=\"@(StandIn)\" /></ItemGroup></Project>"), ["Known"]));

    [Fact]
    public void Solution_OfTheRepository_IsClassicAndListsEveryProjectOnce() =>
        Rule.Holds(Solution(Repository.Read("VerifyGateway.sln"), [.. Sources.Projects.Select(project => project.Path)]));

    [Fact]
    public void Solution_BadSamples_AreFound()
    {
        const string Header = "\uFEFF\r\nMicrosoft Visual Studio Solution File, Format Version 12.00\r\n";
        const string A = "Project(\"{F}\") = \"A\", \"src\\A\\A.csproj\", \"{1}\"\r\nEndProject\r\n";
        Rule.LeavesAlone(Solution(Header + A, ["src/A/A.csproj"]));
        Rule.Finds("does not list src/B/B.csproj", Solution(Header + A, ["src/A/A.csproj", "src/B/B.csproj"]));
        Rule.Finds("lists src/A/A.csproj, which does not exist", Solution(Header + A, []));
        Rule.Finds("lists src/A/A.csproj 2 times", Solution(Header + A + A, ["src/A/A.csproj"]));
        Rule.Finds("not a solution of the classic form", Solution("<Solution />", []));
    }

    private static IEnumerable<string> References(SourceFile project)
    {
        if (project.Path.StartsWith("tests/", StringComparison.Ordinal) || project.Path.StartsWith("perf/", StringComparison.Ordinal))
        {
            yield break;
        }

        var from = ShortName(project.Path);
        string[]? allowed = null;
        if (!IsStandIn(project.Path) && !(Sources.IsProduct(project.Path) && MayReference.TryGetValue(from, out allowed)))
        {
            yield return project.At(1, $"{from} is not in the table of projects; add it there, with what it may reference");
            yield break;
        }

        foreach (var reference in XDocument.Parse(project.Text).Descendants("ProjectReference"))
        {
            var path = Resolve(project.Path, (string?)reference.Attribute("Include") ?? "");
            var ok = allowed is null ? IsStandIn(path) : Sources.IsProduct(path) && allowed.Contains(ShortName(path));
            if (!ok)
            {
                yield return project.At(1, $"{from} may not reference {path}");
            }
        }
    }

    private static bool IsStandIn(string path) => path.StartsWith("src/StandIns/", StringComparison.Ordinal);

    private static string ShortName(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && name.StartsWith("VerifyGateway.", StringComparison.Ordinal) ? name["VerifyGateway.".Length..] : name;

    private static string Resolve(string project, string include)
    {
        include = include.Replace('\\', '/');
        const string Root = "$(RepositoryRoot)";
        if (include.StartsWith(Root, StringComparison.Ordinal))
        {
            return include[Root.Length..];
        }

        var start = Path.GetFullPath("/");
        return Path.GetRelativePath(start, Path.GetFullPath(Path.Combine(start, Path.GetDirectoryName(project)!, include))).Replace('\\', '/');
    }

    private static HashSet<string> CentralIds() =>
        [.. XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(item => (string)item.Attribute("Include")!)];

    private static IEnumerable<string> Versions(SourceFile file, HashSet<string> central)
    {
        foreach (var item in XDocument.Parse(file.Text).Descendants().Where(item => item.Name.LocalName is "PackageReference" or "StandIn"))
        {
            var id = (string?)item.Attribute("Include") ?? (string?)item.Attribute("Update") ?? "";
            if (item.Attributes().Select(own => own.Name).Concat(item.Elements().Select(own => own.Name)).Any(own => own.LocalName is "Version" or "VersionOverride"))
            {
                yield return file.At(1, $"{id} has a version of its own");
            }

            if (!id.StartsWith('@') && !central.Contains(id))
            {
                yield return file.At(1, $"{id} has no central version");
            }
        }
    }

    private static IEnumerable<string> Solution(string text, IReadOnlyCollection<string> projects)
    {
        if (!text.TrimStart('\uFEFF', '\r', '\n').StartsWith("Microsoft Visual Studio Solution File, Format Version 12.00", StringComparison.Ordinal))
        {
            yield return "VerifyGateway.sln is not a solution of the classic form";
        }

        var listed = SolutionProject().Matches(text).Select(found => found.Groups[1].Value.Replace('\\', '/')).ToList();
        foreach (var path in projects.Except(listed))
        {
            yield return $"VerifyGateway.sln does not list {path}";
        }

        foreach (var path in listed.Except(projects))
        {
            yield return $"VerifyGateway.sln lists {path}, which does not exist";
        }

        foreach (var path in listed.GroupBy(path => path).Where(group => group.Count() > 1))
        {
            yield return $"VerifyGateway.sln lists {path.Key} {path.Count()} times";
        }
    }

    private static SourceFile Project(string folder, string reference) => new(
        $"{folder}/{Path.GetFileName(folder)}.csproj",
        $"<Project><ItemGroup><ProjectReference Include=\"{reference}/{reference.Split('/', '\\')[^1]}.csproj\" /></ItemGroup></Project>");

    [GeneratedRegex("""^Project\("[^"]*"\) = "[^"]*", "([^"]*\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();
}

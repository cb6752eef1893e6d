using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tidy.Tests;

/// <summary>Links between the repository's own pages lead somewhere.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Markdown_EveryRelativeLink_LeadsToAFile() =>
        Rule.Holds(Sources.Texts.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(file => Dead(file.Path, file.Text, Exists)));

    [Fact]
    public void Check_OfADeadLink_FindsIt()
    {
        Rule.Finds("gone.md", Dead("docs/page.md", "see [it](gone.md#part)", _ => false));
        Rule.LeavesAlone(Dead("docs/page.md", "see [it](https://example.org/x) and [here](#part) and [there](there.md)", _ => true));
    }

    private static bool Exists(string path) => File.Exists(Path.Combine(Repository.Root, path)) || Directory.Exists(Path.Combine(Repository.Root, path));

    private static IEnumerable<string> Dead(string file, string text, Func<string, bool> exists) =>
        from Match link in Link().Matches(text)
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal) && target.Length > 0
        let path = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(file)!, target)))
        where !exists(path)
        select $"{file}: {target} leads nowhere";

    [GeneratedRegex(@"\]\(([^)#\s]*)[^)]*\)")]
    private static partial Regex Link();
}

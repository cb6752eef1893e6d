using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

public class ReferenceTests
{
    [Theory]
    [InlineData("en", "docs/reasons.md")]
    [InlineData("zh", "docs/reasons.zh-CN.md")]
    public async Task Page_of_reasons_is_what_the_command_writes(string language, string page) =>
        Assert.Equal(await Vgctl.GoodAsync("reference", "reasons", "--language", language), Repository.Read(page).TrimEnd());

    [Theory]
    [InlineData("docs/reasons.md")]
    [InlineData("docs/reasons.zh-CN.md")]
    public void Page_of_reasons_names_every_reason_detail_remedy_and_line(string page)
    {
        var text = Repository.Read(page);
        Assert.All(ReasonTable.All, row => Assert.Contains($"| `{row.Code}`", text));
        Assert.All(ReasonTable.All, row => Assert.True(text.Contains(row.PromptZh) && text.Contains(row.PromptEn)));
        Assert.All(DetailTable.All, row => Assert.Contains($"| `{row.Code}` |", text));
        Assert.All(RemedyTable.All.Where(row => row.Remedy != Remedy.None), row => Assert.Contains($"`{row.Code}`", text));
        Assert.All(De39Table.All, row => Assert.Contains($"| {row.Code} |", text));
    }

    [Fact]
    public async Task Page_of_machines_is_what_the_command_writes()
    {
        var page = Repository.Read("docs/state-machines.md");
        Assert.Equal(await Vgctl.GoodAsync("reference", "machines"), page.TrimEnd());
        Assert.All(RefusalTable.All, row => Assert.Contains($"| `{row.Code}` | {row.Sentence} | {row.SentenceZh} |", page));
    }

    [Fact]
    public async Task Page_in_a_language_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var (code, said) = await Vgctl.RunAsync("reference", "reasons", "--language", "fr");
        Assert.Equal(2, code);
        Assert.Contains("'en'", said);
        Assert.Contains("'zh'", said);
    }
}

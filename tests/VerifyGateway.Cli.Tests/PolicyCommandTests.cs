using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_of_a_good_file_tells_the_order()
    {
        var file = await FileOf("""
            {"policies": [
              {"id": "later", "effect": "WARN", "effective_from": "2026-01-01T00:00:00+08:00"},
              {"id": "first", "version": 2, "priority": 1, "effect": "DECLINE", "effective_from": "2026-01-01T00:00:00+08:00", "effective_until": "2027-01-01T00:00:00+08:00"}]}
            """);
        var said = await Vgctl.GoodAsync("policy", "check", file);
        Assert.Contains("good, 2 policies, in this order:", said);
        Assert.Contains("first version 2, from 2026-01-01T00:00:00+08:00 until 2027-01-01T00:00:00+08:00", said);
        Assert.True(said.IndexOf("first version", StringComparison.Ordinal) < said.IndexOf("later version", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_of_a_bad_file_tells_every_error_with_its_place()
    {
        var file = await FileOf("""
            {"policies": [
              {"id": "a", "effect": "DECLINE", "effective_from": "2026-01-01T00:00:00+08:00", "efective_until": "2027-01-01T00:00:00+08:00"},
              {"id": "b", "effect": "DECLINE", "effective_from": "2026-01-01T00:00:00+08:00", "effective_until": "2025-01-01T00:00:00+08:00"}],
             "acquirers": [{"acquirer_id": "48025840", "reasons": [{"code": "NOT_VERIFIED", "de39": "04"}]}]}
            """);
        var (code, said) = await Vgctl.RunAsync("policy", "check", file);
        Assert.Equal(65, code);
        Assert.Contains("policies[0].efective_until (line 2, column ", said);
        Assert.Contains("FIELD_UNKNOWN", said);
        Assert.Contains("policies[1] (line 3, column 3): END_BEFORE_START", said);
        Assert.Contains("acquirers[0].reasons[0] (line 4, column 56): DE39_CAPTURES", said);
        Assert.Contains("3 error(s)", said);
    }

    [Fact]
    public async Task Check_of_a_file_that_is_not_there_says_so()
    {
        var (code, said) = await Vgctl.RunAsync("policy", "check", _folder.File("none.json"));
        Assert.Equal(2, code);
        Assert.Contains("none.json", said);
    }

    private async Task<string> FileOf(string text)
    {
        var path = _folder.File("policies.json");
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}

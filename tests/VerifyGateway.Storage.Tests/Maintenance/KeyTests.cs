using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class KeyTests : IDisposable
{
    private static readonly string One = Secret(1);
    private static readonly string Two = Secret(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hash_under_a_later_key_is_one_over_the_hash_under_the_key_before()
    {
        var keys = Load($$"""{"keys": [{"id": "k2", "over": "k1", "secret": "{{Two}}"}, {"id": "k1", "secret_file": "one.key"}], "current": "k2"}""");
        var first = HMACSHA256.HashData(Convert.FromBase64String(One), Encoding.UTF8.GetBytes("number 7"));
        var second = HMACSHA256.HashData(Convert.FromBase64String(Two), first);
        Assert.Equal([("k2", Convert.ToHexStringLower(second)), ("k1", Convert.ToHexStringLower(first))], keys.Candidates("number 7").Select(it => (it.Key.ToString(), it.Hash.ToString())));
        Assert.Equal(keys.Candidates("number 7")[0], keys.Compute("number 7"));
        Assert.Equal(keys.Compute("number 7"), keys.Renew(keys.Candidates("number 7")[1]));
        Assert.Equal(keys.Compute("number 7"), keys.Renew(keys.Compute("number 7")));
        Assert.NotEqual(keys.Compute("number 7"), keys.Compute("number 8"));
        Assert.Equal("k2 over k1", keys.ToString());
        var before = Load($$"""{"keys": [{"id": "k1", "secret": "{{One}}"}], "current": "k1"}""");
        Assert.Equal(keys.Candidates("number 7")[1], before.Compute("number 7"));
        Assert.Throws<ArgumentException>(() => before.Renew(keys.Compute("number 7")));
    }

    [Theory]
    [InlineData("""{"keys": [{"id": "k1", "secret": "@1"}], "current": "k9"}""", "the current key 'k9' is not in the file.")]
    [InlineData("""{"keys": [{"id": "k1", "over": "k9", "secret": "@1"}], "current": "k1"}""", "key 'k1' lies over 'k9', which is not in the file.")]
    [InlineData("""{"keys": [{"id": "k1", "over": "k2", "secret": "@1"}, {"id": "k2", "over": "k1", "secret": "@2"}], "current": "k1"}""", "key 'k1' lies over itself, by way of others.")]
    [InlineData("""{"keys": [{"id": "k1", "secret": "AAAA"}], "current": "k1"}""", "key 'k1': the secret has 3 bytes; it needs 32 or more.")]
    [InlineData("""{"keys": [{"id": "k1", "secret": "a secret in clear"}], "current": "k1"}""", "key 'k1': the secret is not base64.")]
    [InlineData("""{"keys": [{"id": "k1", "secret": "@1"}, {"id": "k1", "secret": "@2"}], "current": "k1"}""", "key 'k1' is there twice.")]
    [InlineData("""{"keys": [{"id": "k 1", "secret": "@1"}], "current": "k 1"}""", "key 'k 1': The name of a key has")]
    [InlineData("""{"keys": [{"secret": "@1"}, null], "current": "k1"}""", "key '': The name of a key has")]
    [InlineData("""{"keys": [{"id": "k1"}], "current": "k1"}""", "key 'k1' needs 'secret_file' or 'secret', and not both.")]
    [InlineData("""{"keys": [{"id": "k1", "secret_file": "none.key"}], "current": "k1"}""", "key 'k1': the file of its secret cannot be read")]
    [InlineData("""{"keys": [{"id": "k1", "secret": "@1"}, {"id": "k2", "secret": "@2"}], "current": "k1"}""", "keys 'k1', 'k2' all lie over none; one key follows the other.")]
    [InlineData("""{"keys": [{"id": "k1", "secret": "@1"}, {"id": "k2", "over": "k1", "secret": "@2"}], "current": "k1"}""", "keys 'k2' are not below the current key 'k1'.")]
    [InlineData("""{"keys": [{"id": "k1", "secrets": "@1"}], "current": "k1"}""", "the file is not JSON of the form")]
    [InlineData("@1", "the file is not JSON of the form")]
    [InlineData("null", "'keys' and 'current' are needed.")]
    public void What_is_wrong_with_a_file_of_keys_is_told_without_a_secret(string text, string expected)
    {
        var refused = Assert.Throws<FormatException>(() => Load(text.Replace("@1", One, StringComparison.Ordinal).Replace("@2", Two, StringComparison.Ordinal)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(One, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a secret in clear", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_and_files_that_others_can_read_are_refused()
    {
        var text = $$"""{"keys": [{"id": "k1", "secret_file": "one.key"}, {"id": "k2", "over": "k7", "secret": "AAAA"}], "current": "k3"}""";
        var message = Assert.Throws<FormatException>(() => Load(text)).Message;
        Assert.Equal(3, message.Split('\n').Length);
        if (!OperatingSystem.IsWindows())
        {
            text = $$"""{"keys": [{"id": "k1", "secret_file": "one.key"}], "current": "k1"}""";
            Load(text);
            Assert.Contains("others than its owner have rights on 'keys.json'", Assert.Throws<FormatException>(() => Load(text, mode: "keys.json")).Message, StringComparison.Ordinal);
            Assert.Contains("others than its owner have rights on 'one.key'", Assert.Throws<FormatException>(() => Load(text, mode: "one.key")).Message, StringComparison.Ordinal);
        }
    }

    private static string Secret(byte fill) => Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray());

    /// <summary>Writes and reads a file of keys; the file named by <paramref name="mode"/> can be read by others.</summary>
    private HashKeys Load(string text, string mode = "")
    {
        foreach (var (name, content) in new[] { ("keys.json", text), ("one.key", One + "\n") })
        {
            Write(_folder.File(name), content, isOpen: name == mode);
        }

        return HashKeyFile.Load(_folder.File("keys.json"));
    }

    private static void Write(string path, string content, bool isOpen = false)
    {
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isOpen ? UnixFileMode.GroupRead : 0));
        }
    }
}

using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using VerifyGateway.Host.Settings;
using VerifyGateway.Server.Callers;
using VerifyGateway.TestKit;

namespace VerifyGateway.Host.Tests;

public sealed partial class SettingsTests
{
    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var settings = Read();
        Assert.Equal((8081, 9090, "", 2_000), (settings.Listen.GrpcPort, settings.Listen.OpsPort, settings.Redis.Endpoints, settings.Cache.FreshForMs));
    }

    [Fact]
    public void Read_ValuesOfEveryKind_TakesThemOver()
    {
        var settings = Read(
            ("Listen:GrpcPort", "0"), ("listen:reflection", "false"), ("Callers:LoopbackRoles", "Check, SeeConfidential"), ("Redis:Endpoints", "127.0.0.1:6379,ssl=true"));
        Assert.Equal(0, settings.Listen.GrpcPort);
        Assert.False(settings.Listen.Reflection);
        Assert.Equal(CallerRoles.Check | CallerRoles.SeeConfidential, settings.Callers.LoopbackRoles);
    }

    [Fact]
    public void Read_SeveralThatAreWrong_NamesThemAllInOneMessage()
    {
        var refused = Assert.Throws<SettingsException>(() => Read(
            ("Listen:GrpcPort", "70000"), ("Cache:FreshForMs", "soon"), ("Cache:FreshFormMs", "5"), ("Cahce:FreshForMs", "5"), ("Callers:LoopbackRoles", "Chek"),
            ("Redis:Endpoints", "127.0.0.1:6379,password=generated-for-this-test"), ("Callers:TrustedNetworks", "everybody"), ("Callers:LoopbackAcquirer", "12"), ("Listen:OpsAddress", "here")));
        string[] expected =
        [
            "9 setting(s) to correct", "Listen:GrpcPort = \"70000\" is not within 0 to 65535", "Cache:FreshForMs = \"soon\" is not a whole number",
            "did you mean FreshForMs?", "did you mean Cache?", "Callers:LoopbackRoles = \"Chek\" is not one or more of None, Check", "Redis:Endpoints holds a password",
            "Callers:TrustedNetworks = \"everybody\"", "Callers:LoopbackAcquirer = \"12\"", "Listen:OpsAddress = \"here\" is not an IP address",
        ];
        Assert.All(expected, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("generated-for-this-test", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listen:GrpcPort", "9090", "Listen:OpsPort")]
    [InlineData("Cache:PollMs", "1001", "Cache:PollMs")]
    [InlineData("Redis:PasswordFile", "/no/such/file", "Redis:PasswordFile")]
    [InlineData("Redis:Endpoints", "host:not-a-port", "Redis:Endpoints")]
    [InlineData("Redis:Endpoints", "one:6379,two:99999", "Redis:Endpoints")]
    [InlineData("Redis:Endpoints", "one:6379,ssl=perhaps", "Redis:Endpoints")]
    [InlineData("Storage:Path", "", "Storage:Path")]
    public void Read_SettingsThatDoNotGoTogether_AreRefused(string key, string value, string named) =>
        Assert.Contains(named, Assert.Throws<SettingsException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Listen:GrpcPort", "65535")]
    [InlineData("Cache:FreshForMs", "100")]
    [InlineData("Cache:FreshForMs", "60000")]
    [InlineData("Redis:CallLimitMs", "1")]
    [InlineData("Redis:Endpoints", "one,two:6379,[::1]:6379,[::1]")]
    [InlineData("Redis:Endpoints", "one:26379,two:26379,serviceName=gateway,ssl=true")]
    public void Read_AtTheEdgeOfARange_IsTaken(string key, string value) => Read((key, value), ("Cache:PollMs", "50"));

    [Theory]
    [InlineData("Listen:GrpcPort", "-1")]
    [InlineData("Cache:FreshForMs", "99")]
    [InlineData("Cache:FreshForMs", "60001")]
    [InlineData("Redis:CallLimitMs", "0")]
    public void Read_BeyondTheEdgeOfARange_IsRefused(string key, string value) =>
        Assert.Throws<SettingsException>(() => Read((key, value), ("Cache:PollMs", "50")));

    [Fact]
    public void Documentation_OfSettings_HasEachWithItsDefaultAndNoOther()
    {
        var settings = new GatewaySettings();
        var expected =
            from section in typeof(GatewaySettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            from option in section.PropertyType.GetProperties().Where(it => it.CanWrite)
            let value = Convert.ToString(option.GetValue(section.GetValue(settings)), CultureInfo.InvariantCulture)
            select $"{section.Name}:{option.Name} = {value}";
        var documented = Row().Matches(Repository.Read("docs/settings.md")).Select(row => $"{row.Groups[1].Value} = {row.Groups[2].Value}");
        Assert.Equal(expected.Order(), documented.Order());
    }

    [GeneratedRegex(@"^\| `(\w+:\w+)` \| (?:`([^`]*)`)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static GatewaySettings Read(params (string Key, string Value)[] values) =>
        GatewaySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(it => KeyValuePair.Create<string, string?>(it.Key, it.Value))).Build(), []);
}

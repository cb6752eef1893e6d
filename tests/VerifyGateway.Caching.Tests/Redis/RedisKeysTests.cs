using System.Text;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Redis;

public sealed class RedisKeysTests(ITestOutputHelper output)
{
    private static readonly RedisKeys Names = new(Make.StoreId);

    [Fact]
    public void Of_KnownKeys_AreTheNamesThatRedisHolds()
    {
        Assert.Equal("vg2:0123456789abcdef0123456789abcdef:t:8:48021000:9:12345601A",
            Text(Names.Of(new TerminalKey(Make.Acquirer("48021000"), Make.Sn("12345601A")))));
        Assert.Equal("vg2:0123456789abcdef0123456789abcdef:m:8:48021000:15:ABCDEFGHIJKLMNO",
            Text(Names.Of(new MerchantKey(Make.Acquirer("48021000"), Make.MerchantNo("ABCDEFGHIJKLMNO")))));
    }

    [Fact]
    public void Of_AnyTwoKeys_AreOneNameOnlyForOneKey()
    {
        var random = Seed.Next(output);
        var names = new Dictionary<string, object>();
        for (var i = 0; i < 20_000; i++)
        {
            var acquirer = Make.Acquirer(Text(random, "01", random.Next(8, 12)));
            var terminal = new TerminalKey(acquirer, Make.Sn("12345601" + Text(random, "01-", random.Next(1, 6))));
            var merchant = new MerchantKey(acquirer, Make.MerchantNo("00000000000" + Text(random, "01", 4)));
            AssertOwn(names, Text(Names.Of(terminal)), terminal);
            AssertOwn(names, Text(Names.Of(merchant)), merchant);
        }
    }

    [Fact]
    public void Of_AnotherStore_IsAnotherName()
    {
        var other = new RedisKeys("f123456789abcdef0123456789abcdef");
        Assert.NotEqual(Names.Of(Make.TerminalKey(1)), other.Of(Make.TerminalKey(1)));
        Assert.NotEqual(Names.Of(Make.MerchantKey(1)), other.Of(Make.MerchantKey(1)));
    }

    private static void AssertOwn(Dictionary<string, object> names, string name, object key)
    {
        if (!names.TryAdd(name, key))
        {
            Assert.Equal(names[name], key);
        }
    }

    private static string Text(byte[] name) => Encoding.ASCII.GetString(name);

    private static string Text(Random random, string alphabet, int length) => new(random.GetItems<char>(alphabet, length));
}

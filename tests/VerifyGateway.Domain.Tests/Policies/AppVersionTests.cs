using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Policies;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>Versions of a terminal's program are compared number by number.</summary>
public partial class AppVersionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("0", "0.0.0.0")]
    [InlineData("1.2", "1.2.0.0")]
    [InlineData("3.10.65535.1", "3.10.65535.1")]
    [InlineData("001.02", "1.2.0.0")]
    [InlineData("65535.65535.65535.65535", "65535.65535.65535.65535")]
    public void Text_OfAVersion_IsTaken(string text, string shown) => Assert.Equal(shown, Version(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData("65536")]
    [InlineData("1.65536")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,0")]
    [InlineData("0x1")]
    [InlineData("1a")]
    [InlineData("１")]
    [InlineData("1\0")]
    [InlineData("1\0.2")]
    [InlineData("000000000000000000000001")]
    public void Text_OfNoVersion_IsRefusedAndNothingIsLeft(string text)
    {
        Assert.False(AppVersion.TryParse(text, out var value, out var broken));
        Assert.Same(AppVersion.Form, broken);
        Assert.False(value.IsStated);
    }

    [Fact]
    public void Versions_InTheirOrder_AreComparedNumberByNumber()
    {
        AppVersion[] order = [default, .. new[] { "0", "0.0.0.1", "0.0.1", "0.1", "1", "1.2.9", "1.10", "2.0.0.65535", "10", "65535" }.Select(Version)];
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = 0; j < order.Length; j++)
            {
                var (left, right) = (order[i], order[j]);
                Assert.Equal(i.CompareTo(j), Math.Sign(left.CompareTo(right)));
                Assert.Equal([i < j, i > j, i <= j, i >= j, i == j], new[] { left < right, left > right, left <= right, left >= right, left == right });
            }
        }

        Assert.Equal(Version("1"), Version("1.0.0.0"));
        Assert.Equal("", default(AppVersion).ToString());
    }

    [Fact]
    public void Text_Arbitrary_NeverThrows() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => IsTakenAsThePatternSays(text ?? "")));

    [Fact]
    public void Numbers_Arbitrary_ComeBackFromTheText() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort A, ushort B, ushort C, ushort D)>(), it => Version($"{it.A}.{it.B}.{it.C}.{it.D}").ToString() == $"{it.A}.{it.B}.{it.C}.{it.D}"));

    [Fact]
    public void Text_Likely_IsTakenExactlyWhenThePatternSaysSo()
    {
        var random = Seed.New(output);
        for (var i = 0; i < 20_000; i++)
        {
            var text = random.Text(random.Of("0123456789.", "12345.", "6553.", "1. \0"), random.Next(26));
            Assert.True(IsTakenAsThePatternSays(text), $"'{text}'");
        }
    }

    private static bool IsTakenAsThePatternSays(string text)
    {
        var taken = AppVersion.TryParse(text, out var value, out var broken);
        var expected = text.Length <= 23 && Pattern().IsMatch(text) && text.Split('.').All(part => part.TrimStart('0') is var digits && (digits.Length < 5 || (digits.Length == 5 && string.CompareOrdinal(digits, "65535") <= 0)));
        return taken == expected && taken == broken is null && taken == value.IsStated && (!taken || Version(value.ToString()) == value);
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){0,3}\z")]
    private static partial Regex Pattern();
}

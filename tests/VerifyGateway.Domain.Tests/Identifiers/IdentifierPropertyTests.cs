using System.Text.RegularExpressions;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>What holds for every text, tried with random ones; an independent pattern says which are well formed.</summary>
public partial class IdentifierPropertyTests(ITestOutputHelper output)
{
    private const int Tries = 20_000;
    private const string Digits = "0123456789";
    private const string Likely = Digits + Digits + Digits + "000ABCXYZabcxyz- ";
    private const string Unlikely = Likely + "é１٣\0\t\n\u200B\uD800汉~!_.";

    private delegate bool Parse<T>(string text, out T value, out IdentifierRule? broken);

    [Fact]
    public void MerchantNo_RandomText_IsTakenExactlyWhenThePatternSaysSo() =>
        Check<MerchantNo>(MerchantNo.TryParse, MerchantNoPattern(), 15, static text => text.TrimEnd(' '));

    [Fact]
    public void TerminalNo_RandomText_IsTakenExactlyWhenThePatternSaysSo() =>
        Check<TerminalNo>(TerminalNo.TryParse, TerminalNoPattern(), 8, static text => text);

    [Fact]
    public void TerminalSn_RandomText_IsTakenExactlyWhenThePatternSaysSo() =>
        Check<TerminalSn>(TerminalSn.TryParse, TerminalSnPattern(), 20, static text => text);

    [Fact]
    public void AcquirerId_RandomText_IsTakenExactlyWhenThePatternSaysSo() =>
        Check<AcquirerId>(AcquirerId.TryParse, AcquirerIdPattern(), 9, static text => text);

    [Fact]
    public void Identifiers_DifferingInCase_AreDifferent()
    {
        Assert.NotEqual(Given.MerchantNo("A003310F0002085"), Given.MerchantNo("a003310f0002085"));
        Assert.NotEqual(Given.TerminalNo("A0000012"), Given.TerminalNo("a0000012"));
        Assert.NotEqual(Given.Sn("00000202B1234567"), Given.Sn("00000202b1234567"));
    }

    [Fact]
    public void Identifiers_DifferingInLeadingZeros_AreDifferent() =>
        Assert.NotEqual(Given.Acquirer("01020000"), Given.Acquirer("001020000"));

    [Fact]
    public void Rules_AllOfThem_HaveDistinctCodesAndSpeakInSentences()
    {
        var rules = IdentifierRules.All;
        Assert.InRange(rules.Count, 40, 200);
        Assert.Equal(rules.Count, rules.Select(rule => rule.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(rules.Count, rules.Select(rule => rule.Sentence).Distinct(StringComparer.Ordinal).Count());
        Assert.All(rules, rule => Assert.Matches("^[A-Z][A-Za-z0-9 ',:()/+-]+\\.$", rule.Sentence));
        Assert.All(rules, rule => Assert.Matches("^[A-Z]+(_[A-Z0-9]+)+$", rule.Code));
    }

    [Fact]
    public void Rules_ThatAreAdvisory_SayAdvisoryFirst()
    {
        IdentifierRule[] advisory = [Pan.Luhn, ResidentId.AgeAdvisory, UnifiedSocialCreditCode.Body];
        Assert.Equal(advisory.ToHashSet(), IdentifierRules.All.Where(rule => rule.Sentence.StartsWith("Advisory: ", StringComparison.Ordinal)).ToHashSet());
    }

    private void Check<T>(Parse<T> parse, Regex pattern, int typicalLength, Func<string, string> normal)
        where T : struct, IEquatable<T>
    {
        var random = Seed.New(output);
        var taken = 0;
        for (var i = 0; i < Tries; i++)
        {
            var length = random.Next(4) == 0 ? random.Next(60) : Math.Max(0, typicalLength + random.Next(-2, 3));
            var text = random.Text(random.Of(Digits, Digits, Likely, Unlikely), length);
            if (length >= 8 && random.Next(3) == 0)
            {
                text = random.Text(Digits, 6) + random.Of("01", "02", "13", "00", "14") + text[8..];
            }

            var ok = parse(text, out var value, out var broken);
            Assert.True(ok == pattern.IsMatch(text), $"'{text}' taken: {ok}");
            Assert.Equal(ok, broken is null);
            if (!ok)
            {
                Assert.Equal(default, value);
                continue;
            }

            taken++;
            Assert.Equal(normal(text), value.ToString());
            Assert.True(parse(value.ToString()!, out var again, out _));
            Assert.Equal(value, again);
            Assert.Equal(value.GetHashCode(), again.GetHashCode());
        }

        Assert.InRange(taken, Tries / 100, Tries);
    }

    [GeneratedRegex(@"^[0-9A-Za-z]{15} *\z")]
    private static partial Regex MerchantNoPattern();

    [GeneratedRegex(@"^(?!00000000)[0-9A-Za-z]{8}\z")]
    private static partial Regex TerminalNoPattern();

    [GeneratedRegex(@"^(?!000000)[0-9]{6}(0[1-9]|1[0-3])[0-9A-Za-z-]{1,42}\z")]
    private static partial Regex TerminalSnPattern();

    [GeneratedRegex(@"^[0-9]{8,11}\z")]
    private static partial Regex AcquirerIdPattern();
}

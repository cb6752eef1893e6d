using System.Diagnostics;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>No text makes a parser throw, and what a parser takes is what an independent implementation takes.</summary>
public class ArbitraryTextTests
{
    private const string Digits = "0123456789";
    private const string Likely = Digits + Digits + "XAEHMxae-";
    private const string Unlikely = Likely + " é１ｘ٣\0\t\n\u200B\u3000\uD800\uDC00汉~!_.<+*";

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3_000).WithQuietOnSuccess(true);

    [Theory]
    [MemberData(nameof(IdentifierKind.Names), MemberType = typeof(IdentifierKind))]
    public void AnyText_OfAnyKind_IsTakenOrRefusedWithoutException(string name) =>
        Check.One(Thorough, Prop.ForAll(AnyText(IdentifierKind.Of(name)), text => IsConsistent(IdentifierKind.Of(name), text)));

    [Theory]
    [MemberData(nameof(IdentifierKind.Names), MemberType = typeof(IdentifierKind))]
    public void NearlyGoodText_OfAnyKind_IsTakenExactlyWhenTheReferenceTakesIt(string name)
    {
        var kind = IdentifierKind.Of(name);
        if (Reference.Takes(name, kind.Sample, IdentifierKind.Today) is null)
        {
            // Those of messages have patterns of their own in IdentifierPropertyTests.
            Assert.Contains(name, (string[])["AcquirerId", "MerchantNo", "TerminalNo", "TerminalSn"]);
            return;
        }

        Check.One(Thorough, Prop.ForAll(AnyText(kind), text =>
            kind.Parse(text).Taken == Reference.Takes(name, text, IdentifierKind.Today)!.Value));
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.Names), MemberType = typeof(IdentifierKind))]
    public void HugeText_OfAnyKind_IsRefusedQuickly(string name)
    {
        var kind = IdentifierKind.Of(name);
        string[] huge =
        [
            new('1', 1_000_000), new(' ', 1_000_000), new('\0', 1_000_000), new('\uD800', 1_000_000), new('０', 1_000_000), new('-', 1_000_000),
            kind.Sample + new string('9', 1_000_000), "+86" + new string('x', 1_000_000), new string(' ', 1_000_000) + kind.Sample,
        ];
        var watch = Stopwatch.StartNew();
        foreach (var text in huge)
        {
            Assert.False(kind.Parse(text).Taken);
            Assert.False(kind.Entered?.Invoke(text).Taken ?? false);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    public void Samples_InAnotherCulture_AreTakenAllTheSame(string culture)
    {
        // Arabia counts years by the moon and Thailand from the Buddha; Turkey has two letters i.
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.All(IdentifierKind.All, kind => Assert.Equal(kind.Sample, kind.Parse(kind.Sample).Clear));
            Assert.True(ResidentId.TryParse("11010519491231002X", IdentifierKind.Today, out var id, out _));
            Assert.Equal(new DateOnly(1949, 12, 31), id.BirthDate());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("1799-12-31")]
    [InlineData("9999-12-31")]
    public void Dated_AtTheEndsOfTheCalendar_NeverThrows(string today)
    {
        var day = DateOnly.Parse(today, CultureInfo.InvariantCulture);
        var taken = ResidentId.TryParse("440524188001010014", day, out var value, out var broken);
        Assert.Equal(day.Year > 1880, taken);
        Assert.Equal(taken ? null : ResidentId.BirthFuture, broken);
        Assert.Equal(taken ? ResidentId.AgeAdvisory : null, value.AdvisoryOn(day));
        Assert.Null(default(ResidentId).AdvisoryOn(day));
    }

    private static bool IsConsistent(IdentifierKind kind, string text)
    {
        var parsed = kind.Parse(text);
        var entered = kind.Entered?.Invoke(text);
        var whole = parsed.Taken
            ? parsed.Broken is null && kind.Parse(parsed.Clear).Value.Equals(parsed.Value) && kind.Parse(parsed.Clear).Clear == parsed.Clear
            : parsed.Broken is not null && parsed.Clear == "" && parsed.Printed == "";

        // What is taken as it is, is taken as entered too, and means the same.
        return whole && (entered is null || (!parsed.Taken || entered.Value.Equals(parsed.Value)) && entered.Taken == (entered.Broken is null));
    }

    /// <summary>FsCheck's own strings, texts of likely characters and lengths, and the sample with some characters changed.</summary>
    private static Arbitrary<string> AnyText(IdentifierKind kind)
    {
        var own = ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? "");
        var likely = Gen.Choose(0, 22).SelectMany(length => Gen.ArrayOf(Gen.Elements(Likely.ToCharArray()), length)).Select(chars => new string(chars));
        var unlikely = Gen.Choose(0, 22).SelectMany(length => Gen.ArrayOf(Gen.Elements(Unlikely.ToCharArray()), length)).Select(chars => new string(chars));
        var digits = Gen.ArrayOf(Gen.Elements(Digits.ToCharArray()), kind.Sample.Length).Select(chars => new string(chars));
        return Gen.Frequency((2, own), (1, likely), (1, unlikely), (2, digits), (6, Changed(kind.Sample)), (1, Gen.Constant(kind.Sample))).ToArbitrary();
    }

    private static Gen<string> Changed(string sample) =>
        from text in Gen.Elements(sample, Completed(sample))
        from at in Gen.Choose(0, sample.Length - 1)
        from to in Gen.Elements((Unlikely + Digits + Digits + Digits).ToCharArray())
        from how in Gen.Choose(0, 3)
        select how switch
        {
            0 => text.Insert(at, to.ToString()),
            1 => text.Remove(at, 1),
            _ => text[..at] + to + text[(at + 1)..],
        };

    /// <summary>The sample with another sequence and the check completed again, where there is one.</summary>
    private static string Completed(string sample) => sample.Length == 18 && sample[..17].All(char.IsAsciiDigit)
        ? Reference.WithMod112Check(sample[..16] + '7')
        : sample;
}

using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>
/// What each scheme promises: which single errors and which swaps of neighbours it detects, tried at every place of many valid
/// numbers. Where a scheme misses some, the test says exactly which, and shows that they are missed.
/// </summary>
public class CheckDigitTests
{
    private const string Digits = "0123456789";
    private const string Base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400).WithQuietOnSuccess(true);

    [Fact]
    public void Mod112_OfPersons_DetectsEverySingleErrorAndEverySwap()
    {
        var numbers =
            from region in Gen.Elements("110105", "440524", "310101", "650102", "540000", "710000")
            from year in Gen.Choose(1800, 2025)
            from month in Gen.Choose(1, 12)
            from day in Gen.Choose(1, 28)
            from sequence in Gen.Choose(0, 999)
            select Reference.WithMod112Check($"{region}{year:0000}{month:00}{day:00}{sequence:000}");
        ForEvery(numbers, number => TakenBy(nameof(ResidentId), number)
            && Errors(number, at => at < 17 ? Digits : Digits + "X").All(wrong => RefusedRightly(nameof(ResidentId), wrong))
            && Swaps(number).All(wrong => RefusedRightly(nameof(ResidentId), wrong)));
    }

    [Fact]
    public void Mod112_ErrorsThatBreakNoOtherRule_AreNamedAsTheChecksum()
    {
        // Otherwise the date rules might do the work of the check above. The sequence is free of other rules.
        var numbers = Gen.Choose(0, 999).Select(sequence => Reference.WithMod112Check($"11010519491231{sequence:000}"));
        ForEvery(numbers, number =>
            Errors(number, at => at < 14 ? "" : at < 17 ? Digits : Digits + "X").Concat(Swaps(number).Where(wrong => wrong[..14] == number[..14]))
                .All(wrong => IdentifierKind.Of(nameof(ResidentId)).Parse(wrong).Broken is var broken
                    && broken == (wrong[..17].Contains('X', StringComparison.Ordinal) ? "ID_CHARSET" : "ID_CHECKSUM")));
    }

    [Fact]
    public void Mod31_OfCreditCodes_DetectsEverySingleErrorAndEverySwap()
    {
        var numbers =
            from head in TextOf(Reference.CreditCodeCharacters, 2)
            from region in TextOf(Digits, 6)
            from body in TextOf(Reference.CreditCodeCharacters, 9)
            select Reference.WithMod31Check(head + region + body);
        ForEvery(numbers, number => TakenBy(nameof(UnifiedSocialCreditCode), number)
            && Errors(number, at => at is >= 2 and < 8 ? Digits : Reference.CreditCodeCharacters)
                .All(wrong => IdentifierKind.Of(nameof(UnifiedSocialCreditCode)).Parse(wrong).Broken == "USCC_CHECKSUM")
            && Swaps(number).All(wrong => !TakenBy(nameof(UnifiedSocialCreditCode), wrong)));
    }

    [Fact]
    public void Mod31_FirstAndLastExchanged_IsMissed()
    {
        // Both have the weight 1: the promise is of neighbours only.
        Assert.True(TakenBy(nameof(UnifiedSocialCreditCode), "91350100M000100Y43"));
        Assert.True(TakenBy(nameof(UnifiedSocialCreditCode), "31350100M000100Y49"));
    }

    [Fact]
    public void Mod11_OfOrganisationCodes_DetectsEveryErrorAndSwapOfCharactersNotElevenApart()
    {
        // The modulus is 11 and there are 36 characters: values 11 or 22 or 33 apart weigh the same. Digits are never so far apart,
        // and writing 10 as X and 11 as 0 loses nothing, for 11 is 0 modulo 11.
        var numbers = Gen.OneOf(TextOf(Digits, 8), TextOf(Base36, 8)).Select(Reference.WithOrganisationCheck);
        ForEvery(numbers, number => TakenBy(nameof(OrganisationCode), number)
            && Errors(number, at => at < 8 ? Base36 : Digits + "X")
                .All(wrong => TakenBy(nameof(OrganisationCode), wrong) == (Differing(number, wrong) is var at && at < 8 && Weigh(number[at], wrong[at])))
            && Swaps(number).All(wrong => TakenBy(nameof(OrganisationCode), wrong) == IsMissed(number, Differing(number, wrong))));

        // X is 33 in the body and 10 at the end, so that the two last characters 1X and X1 weigh the same; no other swap with the end passes.
        static bool IsMissed(string number, int at) => at < 7 ? Weigh(number[at], number[at + 1]) : number[7..] is "1X" or "X1";

        static bool Weigh(char one, char other) => (Base36.IndexOf(one, StringComparison.Ordinal) - Base36.IndexOf(other, StringComparison.Ordinal)) % 11 == 0;
    }

    [Fact]
    public void Mod11_LettersElevenApart_AreMissed()
    {
        Assert.True(TakenBy(nameof(OrganisationCode), Reference.WithOrganisationCheck("A0000000")));
        Assert.True(TakenBy(nameof(OrganisationCode), "L" + Reference.WithOrganisationCheck("A0000000")[1..]));
        Assert.True(TakenBy(nameof(OrganisationCode), "AL" + Reference.WithOrganisationCheck("LA000000")[2..]));
    }

    [Fact]
    public void Mod11_OneAndXAtTheEndExchanged_IsMissed()
    {
        Assert.True(TakenBy(nameof(OrganisationCode), "00000081X"));
        Assert.True(TakenBy(nameof(OrganisationCode), "0000008X1"));
    }

    [Fact]
    public void Mod11And10_OfRegistrationNumbers_DetectsEverySingleErrorAndNearlyEverySwap()
    {
        // One pair of digits is missed for each of the ten carries: the pair whose sums with the carry end in 5 and 6.
        var numbers = TextOf(Digits, 14).Select(Reference.WithMod11And10Check);
        ForEvery(numbers, number => TakenBy(nameof(RegistrationNo), number)
            && Errors(number, _ => Digits).All(wrong => IdentifierKind.Of(nameof(RegistrationNo)).Parse(wrong).Broken == "REG_CHECKSUM")
            && Swaps(number).All(wrong => TakenBy(nameof(RegistrationNo), wrong) == IsMissed(number, Differing(number, wrong))));

        static bool IsMissed(string number, int at)
        {
            var carry = Reference.Mod11And10Carry(number[..at]);
            int[] ends = [(carry + number[at] - '0') % 10, (carry + number[at + 1] - '0') % 10];
            return ends.Order().SequenceEqual([5, 6]);
        }
    }

    [Fact]
    public void Mod11And10_TheSwapThatIsMissed_IsReal()
    {
        Assert.True(TakenBy(nameof(RegistrationNo), Reference.WithMod11And10Check("56000000000000")));
        Assert.True(TakenBy(nameof(RegistrationNo), "65" + Reference.WithMod11And10Check("56000000000000")[2..]));
    }

    [Fact]
    public void Luhn_OfCardNumbers_DetectsEverySingleErrorAndEverySwapButNineAndZero()
    {
        var numbers = Gen.Choose(10, 17).SelectMany(length => TextOf(Digits, length)).Select(rest => Reference.WithLuhnCheck("6" + rest));
        ForEvery(numbers, number => IsLuhn(number)
            && Errors(number, at => at == 0 ? "123456789" : Digits).All(wrong => !IsLuhn(wrong))
            && Swaps(number).Where(wrong => wrong[0] != '0').All(wrong => IsLuhn(wrong) == IsNineAndZero(number, Differing(number, wrong))));

        static bool IsNineAndZero(string number, int at) => number.Substring(at, 2) is "09" or "90";
    }

    [Fact]
    public void Luhn_NineAndZeroExchanged_IsMissed()
    {
        var number = Reference.WithLuhnCheck("622090000000000");
        Assert.True(IsLuhn(number));
        Assert.True(IsLuhn(number.Replace("2090", "2900", StringComparison.Ordinal)));
        Assert.True(IsLuhn(number.Replace("2090", "2009", StringComparison.Ordinal)));
    }

    [Fact]
    public void Luhn_AnyCardNumber_AgreesWithTheReference() =>
        ForEvery(Gen.Choose(11, 18).SelectMany(length => TextOf(Digits, length)).Select(rest => "6" + rest), number => IsLuhn(number) == Reference.IsLuhn(number));

    [Fact]
    public void Mrz_OfPassports_DetectsEveryWrongDigitAndTheSwapsOfDigitsNotFiveApart()
    {
        // The weights 7, 3, 1 are prime to 10, but their differences are even: digits that are 5 apart change the sum by a multiple of 10.
        var numbers = TextOf(Digits, 8).Select(digits => "E" + digits);
        ForEvery(numbers, number => Mrz(number) == Reference.Mrz(number)
            && Errors(number, at => at == 0 ? "" : Digits).All(wrong => Mrz(wrong) != Mrz(number))
            && Swaps(number).Where(wrong => wrong[0] == 'E')
                .All(wrong => (Mrz(wrong) == Mrz(number)) == (Differing(number, wrong) is var at && Math.Abs(number[at] - number[at + 1]) == 5)));
    }

    [Fact]
    public void Mrz_WhatItMisses_IsReal()
    {
        Assert.Equal(Mrz("E05000000"), Mrz("E50000000"));

        // Letters 10 apart weigh the same: A is 10, K is 20, U is 30.
        Assert.Equal(Mrz("EA1234567"), Mrz("EK1234567"));
        Assert.Equal(Mrz("EA1234567"), Mrz("EU1234567"));
    }

    [Fact]
    public void Mrz_AnyForeignNumber_AgreesWithTheReference() =>
        ForEvery(Gen.Choose(5, 9).SelectMany(length => TextOf(Base36, length)), number =>
            ForeignPassport.TryParse(number, "UTO", out var value, out _)
            && value.MrzCheckDigit() == Reference.Mrz(number.PadRight(9, '<'))
            && ForeignPassport.TryParseMrz(number.PadRight(9, '<') + Reference.Mrz(number), "UTO", out var read, out _)
            && read == value);

    [Fact]
    public void WithoutTheCheck_AWrongDigit_WouldPass()
    {
        // A mobile number has no check digit: the same error that the schemes detect goes through there.
        Assert.True(TakenBy(nameof(MobileNumber), "13800138000"));
        Assert.True(TakenBy(nameof(MobileNumber), "13800138001"));
    }

    private static void ForEvery(Gen<string> numbers, Func<string, bool> holds) => Check.One(Thorough, Prop.ForAll(numbers.ToArbitrary(), holds));

    private static Gen<string> TextOf(string alphabet, int length) =>
        Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length).Select(chars => new string(chars));

    /// <summary>The number with one character replaced by each other one that may stand there.</summary>
    private static IEnumerable<string> Errors(string number, Func<int, string> mayStandAt) =>
        from at in Enumerable.Range(0, number.Length)
        from c in mayStandAt(at)
        where c != number[at]
        select number[..at] + c + number[(at + 1)..];

    /// <summary>The number with two neighbours exchanged, for each two that differ.</summary>
    private static IEnumerable<string> Swaps(string number) =>
        from at in Enumerable.Range(0, number.Length - 1)
        where number[at] != number[at + 1]
        select number[..at] + number[at + 1] + number[at] + number[(at + 2)..];

    private static int Differing(string one, string other) => Enumerable.Range(0, one.Length).First(at => one[at] != other[at]);

    private static bool TakenBy(string kind, string text) => IdentifierKind.Of(kind).Parse(text).Taken;

    /// <summary>Refused, and the reference refuses it too.</summary>
    private static bool RefusedRightly(string kind, string text) =>
        !TakenBy(kind, text) && Reference.Takes(kind, text, IdentifierKind.Today) == false;

    private static bool IsLuhn(string text) => Pan.TryParse(text, out var value, out _) && value.IsLuhnValid;

    private static int Mrz(string text) => Passport.TryParse(text, out var value, out _) ? value.MrzCheckDigit() : throw new FormatException(text);
}

using VerifyGateway.Cli.Generating;

namespace VerifyGateway.Cli.Tests;

/// <summary>The generator's numbers against checks that are written here anew, and those against numbers that are known.</summary>
public class NumberTests
{
    private const string CreditCodeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    [Fact]
    public void Resident_ids_are_valid_and_differ_and_of_nobody_who_lives()
    {
        Assert.True(IsResidentId("11010519491231002X") && IsResidentId("440524188001010014") && !IsResidentId("110105194912310021"));
        var ids = Enumerable.Range(0, 200_000).Select(ordinal => TestNumbers.ResidentId(44, ordinal)).Append(TestNumbers.ResidentId(65, 17_000_000)).ToList();
        Assert.All(ids, id => Assert.True(IsResidentId(id), id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(id[2..8] is "000018"));
    }

    [Fact]
    public void Credit_codes_are_valid_and_differ_and_of_no_office()
    {
        Assert.True(IsCreditCode("91350100M000100Y43") && IsCreditCode("12110000400000018T") && !IsCreditCode("91350100M000100Y34"));
        var codes = Enumerable.Range(0, 100_000).Select(ordinal => TestNumbers.CreditCode("91", ordinal * 17)).ToList();
        Assert.All(codes, code => Assert.True(IsCreditCode(code) && IsOrganisationCode(code[8..17]) && code[2..8] == "009999", code));
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }

    [Fact]
    public void Organisation_codes_check_is_the_standards() => Assert.True(IsOrganisationCode("D2143569X") && IsOrganisationCode("123456788") && !IsOrganisationCode("D21435690"));

    [Fact]
    public void Card_numbers_are_valid_and_differ_and_of_no_issuer()
    {
        Assert.True(IsLuhn("6200000000000005") && IsLuhn("6216261000000000018") && !IsLuhn("6200000000000006"));
        var cards = Enumerable.Range(0, 100_000).Select(TestNumbers.CardNumber).ToList();
        Assert.All(cards, card => Assert.True(card.Length == 19 && IsLuhn(card) && card.StartsWith("999999", StringComparison.Ordinal), card));
        Assert.Equal(cards.Count, cards.Distinct().Count());
    }

    /// <summary>GB 11643: ISO 7064 MOD 11-2, as a sum of powers of two.</summary>
    private static bool IsResidentId(string id)
    {
        var sum = 0;
        foreach (var letter in id)
        {
            sum = (sum * 2 + (letter == 'X' ? 10 : letter - '0')) % 11;
        }

        return id.Length == 18 && sum == 1 && DateOnly.TryParseExact(id[6..14], "yyyyMMdd", out _);
    }

    /// <summary>GB 32100: MOD 31 with powers of three.</summary>
    private static bool IsCreditCode(string code)
    {
        var sum = code.Select((letter, at) => CreditCodeLetters.IndexOf(letter) * (int)System.Numerics.BigInteger.ModPow(3, at, 31)).ToList();
        return code.Length == 18 && (sum.Take(17).Sum() + CreditCodeLetters.IndexOf(code[17])) % 31 == 0;
    }

    /// <summary>GB 11714.</summary>
    private static bool IsOrganisationCode(string code)
    {
        var weights = new[] { 3, 7, 9, 10, 5, 8, 4, 2 };
        var check = (11 - weights.Select((weight, at) => weight * "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".IndexOf(code[at])).Sum() % 11) % 11;
        return code[8] == (check == 10 ? 'X' : (char)('0' + check));
    }

    private static bool IsLuhn(string number) =>
        number.Reverse().Select((letter, at) => (letter - '0') * (at % 2 + 1)).Select(product => product / 10 + product % 10).Sum() % 10 == 0;
}

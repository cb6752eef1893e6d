using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Cli.Generating;

/// <summary>
/// Numbers of documents and cards that are right in form and check digit and belong to nobody:
/// resident ids (GB 11643) of people born from 1801 to 1849, before anybody who ever had one, in regions that end in 0000, which are
/// provinces and issue none; social credit codes (GB 32100) of the region 009999, whose province 00 does not exist; card numbers
/// (ISO/IEC 7812) that begin with 999999: 9 is for national use, and 999 is no country. They never leave the generator: what is
/// written are their masks and their HMAC-SHA256 under a key that everybody may know.
/// </summary>
public static class TestNumbers
{
    /// <summary>The name of the key, as it stands in files.</summary>
    public const string KeyId = "fleet-test-1";

    private const string CreditCodeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly DateOnly FirstBirth = new(1801, 1, 1);

    private static readonly int BirthDays = new DateOnly(1849, 12, 31).DayNumber - FirstBirth.DayNumber + 1;

    /// <summary>The key: published, for test data only.</summary>
    public static ReadOnlySpan<byte> Key => "VerifyGateway fleet test key no 1"u8;

    /// <summary>The resident id of the person of that ordinal (0 to 17,800,000 a province without repeating), 18 characters.</summary>
    public static string ResidentId(int province, int ordinal)
    {
        var born = FirstBirth.AddDays(ordinal / 499 % BirthDays);
        // Sequence 1 to 998: odd ones are men, even ones women.
        var sequence = (ordinal % 499 * 2) + 1 + (ordinal / 499 / BirthDays % 2);
        var body = string.Create(CultureInfo.InvariantCulture, $"{province:D2}0000{born:yyyyMMdd}{sequence:D3}");
        return body + ResidentIdCheck(body);
    }

    /// <summary>The social credit code of the business of that ordinal, 18 characters.</summary>
    /// <param name="office">Two characters: registering authority and category (91 enterprise, 92 sole trader, 12 institution).</param>
    /// <param name="ordinal">0 or more.</param>
    public static string CreditCode(string office, int ordinal)
    {
        Span<char> code = stackalloc char[18];
        office.CopyTo(code);
        "009999".CopyTo(code[2..]);
        for (var at = 15; at >= 8; at--)
        {
            code[at] = CreditCodeLetters[ordinal % 31];
            ordinal /= 31;
        }

        code[16] = OrganisationCheck(code[8..16]);
        code[17] = CreditCodeCheck(code[..17]);
        return code.ToString();
    }

    /// <summary>The number of the card of that ordinal, 19 digits.</summary>
    public static string CardNumber(int ordinal)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"999999{ordinal:D12}");
        var sum = 0;
        for (var at = 0; at < body.Length; at++)
        {
            // From the right, the digit beside the check digit is doubled first; of 18 digits, those at odd places.
            var digit = (body[at] - '0') * (at % 2 == 1 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return body + (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>The first six and the last four characters; the rest is hidden.</summary>
    public static Mask MaskOf(string number)
    {
        var text = string.Concat(number.AsSpan(0, 6), new string('*', number.Length - 10), number.AsSpan(number.Length - 4));
        return Mask.TryParse(text, out var mask, out var broken) ? mask : throw new InvalidOperationException(broken.ToString());
    }

    /// <summary>HMAC-SHA256 of the number's characters under <see cref="Key"/>.</summary>
    public static KeyedHash HashOf(string number)
    {
        Span<byte> hash = stackalloc byte[KeyedHash.Size];
        HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(number), hash);
        return KeyedHash.Of(hash);
    }

    private static char ResidentIdCheck(string body)
    {
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var at = 0; at < body.Length; at++)
        {
            sum += (body[at] - '0') * weights[at];
        }

        return "10X98765432"[sum % 11];
    }

    private static char OrganisationCheck(ReadOnlySpan<char> body)
    {
        ReadOnlySpan<int> weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var at = 0; at < body.Length; at++)
        {
            sum += (char.IsAsciiDigit(body[at]) ? body[at] - '0' : body[at] - 'A' + 10) * weights[at];
        }

        return "0X987654321"[sum % 11];
    }

    private static char CreditCodeCheck(ReadOnlySpan<char> body)
    {
        var (sum, weight) = (0, 1);
        foreach (var letter in body)
        {
            sum += CreditCodeLetters.IndexOf(letter) * weight;
            weight = weight * 3 % 31;
        }

        return CreditCodeLetters[(31 - (sum % 31)) % 31];
    }
}

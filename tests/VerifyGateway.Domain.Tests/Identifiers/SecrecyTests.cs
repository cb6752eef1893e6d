using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>Numbers of persons do not get out by accident: not by printing, formatting, debugging or serialising.</summary>
public class SecrecyTests
{
    [Theory]
    [InlineData(nameof(ResidentId), "11010519491231002X", "110***********002X")]
    [InlineData(nameof(ResidencePermit), "820000200102030024", "820***********0024")]
    [InlineData(nameof(ForeignerId), "911840198510170015", "911***********0015")]
    [InlineData(nameof(OldForeignerId), "USA110085101700", "USA********1700")]
    [InlineData(nameof(MainlandTravelPermit), "H12345678", "H1*****78")]
    [InlineData(nameof(MainlandTravelPermit), "H1234567801", "H1*******01")]
    [InlineData(nameof(TaiwanTravelPermit), "12345678", "12****78")]
    [InlineData(nameof(TaiwanTravelPermit), "0123456789A", "01*******9A")]
    [InlineData(nameof(Passport), "E12345678", "E1*****78")]
    [InlineData(nameof(ForeignPassport), "L898902C3", "L8*****C3")]
    [InlineData(nameof(ForeignPassport), "123456", "****56")]
    [InlineData(nameof(ForeignPassport), "12345", "****5")]
    [InlineData(nameof(MobileNumber), "13800138000", "138****8000")]
    [InlineData(nameof(Pan), "6216261000000000018", "621626*********0018")]
    [InlineData(nameof(Pan), "6200000000000005", "620000******0005")]
    [InlineData(nameof(Pan), "356000000000000", "35600******0000")]
    [InlineData(nameof(Pan), "620000000005", "62******0005")]
    public void ToString_PersonalNumber_IsTheMaskThatPeopleCompare(string name, string text, string mask) =>
        Assert.Equal(mask, IdentifierKind.Of(name).Parse(text).Printed);

    [Theory]
    [MemberData(nameof(IdentifierKind.PersonalNames), MemberType = typeof(IdentifierKind))]
    public void Personal_PrintedInAnyWay_ShowsTheMaskOnly(string name)
    {
        var kind = IdentifierKind.Of(name);
        var parsed = kind.Parse(kind.Sample);
        Assert.Equal(kind.Sample, parsed.Clear);
        string[] printed =
        [
            parsed.Printed,
            $"{parsed.Value}",
            string.Format(CultureInfo.InvariantCulture, "{0}", parsed.Value),
            string.Concat("", parsed.Value),
            new { parsed.Value }.ToString()!,
            new Holder(parsed.Value).ToString(),
            JsonSerializer.Serialize(parsed.Value),
            JsonSerializer.Serialize(new Holder(parsed.Value)),
        ];
        Assert.All(printed, text => Assert.False(Shows(text, kind.Sample), text));
        Assert.All(printed[..6], text => Assert.Contains(Masked(parsed), text, StringComparison.Ordinal));
        Assert.True(Mask.TryParse(Masked(parsed), out _, out _));
    }

    [Fact]
    public void Shows_ACarelessRecord_IsFound()
    {
        // The guard above can fail: a record struct that is left to its generated printing tells everything.
        Assert.True(Shows(new Holder("13800138000").ToString(), "13800138000"));
        Assert.True(Shows(JsonSerializer.Serialize(new Holder("13800138000")), "13800138000"));
        Assert.True(Shows("138**138000", "13800138000"));
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.PersonalNames), MemberType = typeof(IdentifierKind))]
    public void Personal_InTheDebugger_ShowsTheMaskOnly(string name)
    {
        var type = IdentifierKind.Of(name).Parse("").Value.GetType();
        Assert.Equal("{ToString(),nq}", type.GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
        var text = type.GetField("_text", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(DebuggerBrowsableState.Never, text.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State);
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.PersonalNames), MemberType = typeof(IdentifierKind))]
    public void Personal_Properties_TellNothingOfTheNumber(string name)
    {
        // Loggers and serialisers walk over properties; what tells of the person is a method.
        var type = IdentifierKind.Of(name).Parse("").Value.GetType();
        string[] allowed = [nameof(Pan.IsLuhnValid), nameof(Pan.Advisory), nameof(Passport.Issuer), nameof(ForeignPassport.Country)];
        Assert.Empty(type.GetProperties().Select(property => property.Name).Except(allowed));
        Assert.Empty(type.GetFields(BindingFlags.Instance | BindingFlags.Public));
        Assert.NotNull(type.GetMethod("Reveal", Type.EmptyTypes));
    }

    [Fact]
    public void Personal_EveryTypeWithReveal_IsAmongTheKindsTested()
    {
        var revealing = typeof(ResidentId).Assembly.GetExportedTypes().Where(type => type.GetMethod("Reveal") is not null).Select(type => type.Name);
        Assert.Equal(revealing.Order(StringComparer.Ordinal), IdentifierKind.All.Where(kind => kind.IsPersonal).Select(kind => kind.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Identifiers_EveryTypeThatParses_IsAmongTheKindsTested()
    {
        var parsing = typeof(ResidentId).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(ResidentId).Namespace && type.GetMethod("TryParse") is not null).Select(type => type.Name);
        Assert.Equal(parsing.Order(StringComparer.Ordinal), IdentifierKind.All.Select(kind => kind.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.Names), MemberType = typeof(IdentifierKind))]
    public void Default_OfAnyKind_IsEmptyAndPrintsNothing(string name)
    {
        var parsed = IdentifierKind.Of(name).Parse("#");
        Assert.False(parsed.Taken);
        Assert.Equal(("", "", null), (parsed.Printed, parsed.Clear, parsed.Advisory));
    }

    [Fact]
    public void Default_OfPersonalKinds_TellsNothing()
    {
        Assert.Equal(default, default(ResidentId).BirthDate());
        Assert.Equal(default, default(ResidentId).Region());
        Assert.False(default(ResidentId).IsFemale());
        Assert.Equal(default, default(ResidencePermit).Region());
        Assert.Equal("", default(ForeignerId).Nationality());
        Assert.Equal("", default(OldForeignerId).Nationality());
        Assert.Equal(PassportIssuer.None, default(Passport).Issuer);
        Assert.Equal(0, default(Passport).MrzCheckDigit());
        Assert.Equal("", default(ForeignPassport).Country);
        Assert.Equal(default, default(Pan).ToMask());
        Assert.Equal(("", 0, ""), (default(TerminalSn).VendorCode, default(TerminalSn).TypeCode, default(TerminalSn).VendorSerial));
        Assert.Equal(default, default(TerminalSn).ToMask());
    }

    private static string Masked(Parsed parsed) => parsed.Value.GetType().GetMethod("ToMask")!.Invoke(parsed.Value, null)!.ToString()!;

    /// <summary>Whether a run of 5 characters of the number is in the text: no mask shows more than 4 of what is not an issuer's prefix.</summary>
    private static bool Shows(string text, string number)
    {
        var clear = text.Replace("620000******0005", "", StringComparison.Ordinal);
        return Enumerable.Range(0, number.Length - 4).Any(at => clear.Contains(number.Substring(at, 5), StringComparison.Ordinal));
    }

    private sealed record Holder(object Number);
}

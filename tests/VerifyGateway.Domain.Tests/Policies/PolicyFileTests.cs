using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>A sound file means what it says; every other text is refused, whatever is in it, and nothing throws.</summary>
public partial class PolicyFileTests(ITestOutputHelper output)
{
    private static readonly long December = China("2026-12-01 00:00:00.000");

    [Fact]
    public void Example_Policies_MeanWhatTheySay()
    {
        var snapshot = Loaded(Example);
        Assert.Equal("2026-12 winter rules", snapshot.Label);
        Assert.Equal(["hospital-exempt", "micro-credit-limit", "large-refund-warn", "gaming-decline", "reverify-2027"], snapshot.Policies.Select(policy => policy.Id));

        var exempt = snapshot.Policies[0];
        Assert.Equal((PolicyEffect.Exempt, 10, 1, December, 0L), (exempt.Effect, exempt.Priority, exempt.Version, exempt.EffectiveFromUnixMs, exempt.EffectiveUntilUnixMs));
        Assert.Equal([Category("8062")], exempt.Scope.Categories);
        Assert.Equal(("", "", ""), (exempt.Document, exempt.MessageZh, exempt.MessageEn));
        Assert.StartsWith("policies[0] (line ", exempt.Place, StringComparison.Ordinal);

        var limit = snapshot.Policies[1];
        Assert.Equal((2, PolicyEffect.Limit, 100), (limit.Version, limit.Effect, limit.Priority));
        Assert.Equal((December, China("2027-12-01 00:00:00.000")), (limit.EffectiveFromUnixMs, limit.EffectiveUntilUnixMs));
        Assert.Equal(new PolicyLimit(LimitPer.PayerDay, 100_000, 5), limit.Limit);
        Assert.Equal("银发〔2021〕259号", limit.Document);
        Assert.Equal("小微商户信用卡收款每日限额1000元、5笔。", limit.MessageZh);
        Assert.Equal("Credit cards at micro-merchants: CNY 1,000 and 5 payments a day.", limit.MessageEn);

        var reverify = snapshot.Policies.Single(policy => policy.Id == "reverify-2027");
        Assert.Equal(PolicyEffect.RequireReverification, reverify.Effect);
        Assert.Equal((China("2026-01-01 00:00:00.000"), China("2027-03-01 00:00:00.000")), (reverify.VerifiedSinceUnixMs, reverify.ReverifyByUnixMs));
        Assert.Equal((0, 1_000), (reverify.Scope.NamedFacts, reverify.Priority));

        var decline = snapshot.Policies.Single(policy => policy.Id == "gaming-decline");
        Assert.Equal((PolicyEffect.Decline, December + 8 * 3_600_000), (decline.Effect, decline.EffectiveFromUnixMs));
        var warn = snapshot.Policies.Single(policy => policy.Id == "large-refund-warn");
        Assert.Equal((PolicyEffect.Warn, December + 500), (warn.Effect, warn.EffectiveFromUnixMs));
    }

    [Fact]
    public void Example_Scope_MeansWhatItSays()
    {
        var scope = Loaded(Example).Policies[1].Scope;
        Assert.Equal([Acquirer()], scope.Acquirers);
        Assert.Equal([Region("440000"), Region("310115")], scope.Regions);
        Assert.Equal([Category("5411"), Category("5812")], scope.Categories);
        Assert.Equal([MerchantKind.Micro], scope.MerchantKinds);
        Assert.Equal([AccountClass.Class1, AccountClass.Class2], scope.AccountClasses);
        Assert.Equal([CardClass.Credit], scope.CardClasses);
        Assert.Equal([CodeKind.Static], scope.CodeKinds);
        Assert.Equal([TransactionKind.Sale, TransactionKind.PreAuth], scope.TransactionKinds);
        Assert.Equal((1L, (long?)5_000_000L), (scope.AmountFromFen, scope.AmountToFen));
        Assert.Equal(9, scope.NamedFacts);
    }

    [Fact]
    public void Example_SettingsAndWords_MeanWhatTheySay()
    {
        var snapshot = Loaded(Example);
        var defaults = new AcquirerRules
        {
            DocumentWarningDays = 45,
            DocumentGraceDays = 60,
            MinimumAppVersion = Version("3.2.0"),
            OutOfArea = LocationAction.Warn,
            LocationMissing = LocationAction.Ignore,
            IdleReverifyMonths = 4,
            IdleReverifyGraceDays = 15,
            IdleStopMonths = 10,
            UnusedStopMonths = 5,
            ClassITotalFen = 90_000,
            ClassIIYearFen = 9_000_000,
            ClassIIIYearFen = 19_000_000,
            BalanceDayTwoFactorsFen = 400_000,
            BalanceDayOneFactorFen = 80_000,
            StaticCodeDayFen = 40_000,
            CodeGradeBDayFen = 450_000,
            CodeGradeCDayFen = 70_000,
        };
        Assert.Equal(defaults, snapshot.ViewOf(Acquirer("01020000")).Rules);
        Assert.Equal(defaults with { DocumentGraceDays = 0, OutOfArea = LocationAction.Decline }, snapshot.ViewOf(Acquirer()).Rules);
        Assert.Equal(new AcquirerRules(), Loaded("{'acquirers': [{'acquirer_id': '48025840'}], 'defaults': {}}").ViewOf(Acquirer()).Rules);

        var own = snapshot.ViewOf(Acquirer()).Of(Reason.NotVerified);
        Assert.Equal(("58", "请先完成实名认证", "Finish the real-name check first"), (own.De39, own.PromptZh, own.PromptEn));
        Assert.Equal(ReasonTable.Of(Reason.NotVerified), snapshot.ViewOf(Acquirer("01020000")).Of(Reason.NotVerified));
    }

    [Fact]
    public void Example_Windows_MeanWhatTheySay()
    {
        var snapshot = Loaded(Example);
        var (mine, other) = (snapshot.ViewOf(Acquirer()), snapshot.ViewOf(Acquirer("01020000")));
        var from = China("2026-12-05 02:00:00.000");
        foreach (var view in new[] { mine, other })
        {
            Assert.Null(view.WindowOf(GatewayService.StatusCheck, from - 1));
            Assert.Equal((WindowKind.Maintenance, Reason.Maintenance, from + 3_600_000), view.WindowOf(GatewayService.StatusCheck, from) is { } window ? (window.Kind, window.Reason, window.UntilUnixMs) : default);
            Assert.NotNull(view.WindowOf(GatewayService.StatusCheck, from + 3_600_000 - 1));
            Assert.Null(view.WindowOf(GatewayService.StatusCheck, from + 3_600_000));
            Assert.Null(view.WindowOf(GatewayService.Binding, from));
        }

        Assert.Equal(Reason.CutOver, mine.WindowOf(GatewayService.Binding, China("2026-12-05 23:10:00.000"))?.Reason);
        Assert.Null(other.WindowOf(GatewayService.Binding, China("2026-12-05 23:10:00.000")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\n {} \r\n")]
    [InlineData("{'policies': [], 'acquirers': [], 'maintenance': []}")]
    [InlineData("{'acquirers': [{'acquirer_id': '48025840', 'reasons': [], 'rules': {}}]}")]
    public void File_ThatAsksForNothing_IsTheDefault(string text)
    {
        var snapshot = Loaded(text);
        Assert.Empty(snapshot.Policies);
        Assert.Equal("", snapshot.Label);
        Assert.Equal(new AcquirerRules(), snapshot.ViewOf(Acquirer()).Rules);
        Assert.Equal(long.MaxValue, snapshot.NextBoundary(0));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("\n\n", 3)]
    [InlineData("{", 1)]
    [InlineData("{\n'label': 'a'\n", 3)]
    [InlineData("{\n'label': 'a',}", 2)]
    [InlineData("{}\n x", 2)]
    [InlineData("{}\n{}", 2)]
    [InlineData("// c\n{}", 1)]
    [InlineData("{\r\n'label': nul}", 2)]
    [InlineData("{\r\n'label':\r\n01}", 3)]
    [InlineData("{'label': +1}", 1)]
    [InlineData("{'label': 1.}", 1)]
    [InlineData("{'label': NaN}", 1)]
    [InlineData("{'label': 'a\nb'}", 1)]
    [InlineData("{\nlabel: 'a'}", 2)]
    [InlineData("{'policies': [}", 1)]
    [InlineData("\uFEFF\uFEFF{}", 1)]
    public void File_ThatIsNotJson_IsRefusedWithItsLine(string text, int line)
    {
        var error = Assert.Single(Refused(text));
        Assert.Equal("JSON", error.Code);
        Assert.Matches($"^line {line}, column [1-9][0-9]*$", error.Place);
    }

    [Fact]
    public void File_ThatIsNotUtf8_IsRefusedWithItsPlace()
    {
        foreach (var bad in new byte[][] { [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE4, 0xB8], [.. "\\ud800"u8], [.. "\\udc00x"u8] })
        {
            byte[] text = [.. Bytes("{\n 'label': '"), .. bad, .. Bytes("'}")];
            Assert.Equal(("line 2, column 11", "ENCODING"), (Assert.Single(Refused(text)).Place, Refused(text)[0].Code));
            Assert.Equal("ENCODING", Assert.Single(Refused([.. Bytes("{'"), .. bad, .. Bytes("': 1}")])).Code);
        }

        Assert.Equal("JSON", Assert.Single(Refused([.. Bytes("{"), 0xFF, .. Bytes("}")])).Code);
        Assert.Equal("JSON", Assert.Single(Refused(Encoding.Unicode.GetBytes("{}"))).Code);
        Assert.Equal("😀", Loaded("{'label': '\\ud83d\\ude00'}").Label);
    }

    [Fact]
    public void File_WithAByteOrderMark_LoadsAndItsPlacesAreTheSame()
    {
        Assert.Equal(5, Loaded("\uFEFF" + Example).Policies.Length);
        Assert.Equal(Refused("{'x': 1}"), Refused("\uFEFF{'x': 1}"));
    }

    [Fact]
    public void File_WithOtherLineEnds_MeansTheSame() =>
        Assert.Equal(Loaded(Example).Policies.Select(policy => policy.Place), Loaded(Example.Replace("\n", "\r\n", StringComparison.Ordinal)).Policies.Select(policy => policy.Place));

    [Theory]
    [InlineData(15, "FIELD_UNKNOWN")]
    [InlineData(16, "JSON")]
    [InlineData(1_000_000, "JSON")]
    public void File_NestedDeep_IsRefusedAndNothingOverflows(int arrays, string code) =>
        Assert.Equal(code, Assert.Single(Refused($"{{'x': {new string('[', arrays)}{new string(']', arrays)}}}")).Code);

    [Fact]
    public void File_NamesWrittenWithEscapes_AreTheSameNames()
    {
        Assert.Equal("a", Loaded("{'l\\u0061bel': 'a'}").Label);
        Assert.Equal(["FIELD_TWICE"], Refused("{'label': 'a', 'l\\u0061bel': 'b'}").Codes());
        Assert.Equal(["FIELD_UNKNOWN"], Refused("{'Label': 'a'}").Codes());
    }

    [Fact]
    public void File_OfTheLargestSize_IsReadAndOneByteMoreIsNot()
    {
        var file = new byte[PolicyFile.MaxBytes + 1];
        file.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(file);
        Assert.Equal(("", "FILE_TOO_LARGE"), (Assert.Single(Refused(file)).Place, Refused(file)[0].Code));
        Assert.True(PolicyFile.TryLoad(file.AsSpan(0, PolicyFile.MaxBytes), out _, out _));
    }

    [Fact]
    public void File_WithVeryLongNames_ShowsTheirBeginningOnly()
    {
        var name = new string('x', 100_000);
        Assert.All(Refused($"{{'{name}': 1, '{name}': 2}}"), error => Assert.InRange(error.ToString().Length, 1, 300));
    }

    [Fact]
    public void File_WithOneByteChanged_NeverThrows()
    {
        var random = Seed.New(output);
        var whole = Bytes(Example);
        var loaded = 0;
        for (var i = 0; i < 24_000; i++)
        {
            var at = random.Next(whole.Length);
            var other = random.Next(2) == 0 ? (byte)random.Next(256) : random.Of("\"{}[]:,0-.eE\\\n"u8);
            byte[] text = (i % 3) switch
            {
                0 => [.. whole[..at], other, .. whole[(at + 1)..]],
                1 => [.. whole[..at], .. whole[(at + 1)..]],
                _ => [.. whole[..at], other, .. whole[at..]],
            };
            try
            {
                loaded += Consistent(text) ? 1 : 0;
            }
            catch (Exception unexpected)
            {
                throw new InvalidOperationException($"byte {at}, way {i % 3}, value {other}", unexpected);
            }
        }

        Assert.InRange(loaded, 1_000, 23_000);
    }

    [Fact]
    public void File_OfArbitraryBytes_NeverThrows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => !Consistent(bytes)));

    [Fact]
    public void File_CutAnywhere_IsRefused()
    {
        var whole = Bytes(Example.TrimEnd());
        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.False(Consistent(whole.AsSpan(0, length)), $"cut after {length} bytes");
        }
    }

    private static bool Consistent(ReadOnlySpan<byte> utf8)
    {
        var loaded = PolicyFile.TryLoad(utf8, out var snapshot, out var errors);
        Assert.Equal(loaded, snapshot is not null);
        Assert.Equal(loaded, errors.IsEmpty);
        Assert.All(errors, error => Assert.True(LineAndColumn().IsMatch(error.Place), error.ToString()));
        return loaded;
    }

    [GeneratedRegex("line [1-9][0-9]*, column [1-9][0-9]*")]
    private static partial Regex LineAndColumn();
}

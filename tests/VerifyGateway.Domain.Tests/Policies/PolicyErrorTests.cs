using System.Globalization;
using System.Text;
using VerifyGateway.Domain.Policies;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>Each thing that can be wrong is found, by its code and at its place.</summary>
public class PolicyErrorTests
{
    private const string Later = "'effective_until': '2027-01-01T00:00:00+08:00'";

    /// <summary>Code, path, text with a mark at the place.</summary>
    public static TheoryData<string, string, string> OfTheFile => new()
    {
        { "TYPE", "", "@[]" },
        { "TYPE", "", "\n  @null" },
        { "TYPE", "label", "{'label': @1}" },
        { "TYPE", "label", "{'label': @null}" },
        { "TYPE", "defaults", "{'defaults': @[]}" },
        { "TYPE", "policies", "{'policies': @{}}" },
        { "TYPE", "policies[1]", FileOf(Policy(), "@'x'") },
        { "TYPE", "defaults.document_grace_days", "{'defaults': {'document_grace_days': @'1'}}" },
        { "TYPE", "defaults.out_of_area", "{'defaults': {'out_of_area': @true}}" },
        { "TYPE", "defaults.minimum_app_version", "{'defaults': {'minimum_app_version': @1.2}}" },
        { "TYPE", "maintenance[0].from", "{'maintenance': [{'service': 'HOLD', 'from': @0, 'until': '2026-01-01T00:00:00Z'}]}" },
        { "TYPE", "policies[0].scope.regions", FileOf(Policy("'scope': {'regions': @'440000'}")) },
        { "TYPE", "policies[0].scope.regions[1]", FileOf(Policy("'scope': {'regions': ['440000',\n @440000]}")) },
        // What it would say of a limit without an amount would be wrong: the amount is there.
        { "TYPE", "policies[0].limit.amount_fen", FileOf(Policy("'limit': {'per': 'TRANSACTION', 'amount_fen': @'1'}", effect: "LIMIT")) },
        { "FIELD_UNKNOWN", "x", "{'x': @1}" },
        { "FIELD_UNKNOWN", "policies[1].scope.mcc", FileOf(Policy(), Policy("\n'scope': {'mcc': @['5411']}", "b")) },
        { "FIELD_UNKNOWN", "acquirers[0].reasons[0].de_39", "{'acquirers': [{'acquirer_id': '48025840', 'reasons': [{'code': 'NOT_VERIFIED', 'de39': '58', 'de_39': @'58'}]}]}" },
        { "FIELD_TWICE", "label", "{'label': 'a',\r\n 'label': @'b'}" },
        { "FIELD_TWICE", "policies[0].id", FileOf(Policy("'id': @'a'")) },
        { "FIELD_MISSING", "policies[0]", "{'policies': [ @{'id': 'a', 'effect': 'WARN'}]}" },
        { "FIELD_MISSING", "policies[0].limit", FileOf(Policy("'limit': @{'amount_fen': 1}", effect: "LIMIT")) },
        { "FIELD_MISSING", "acquirers[0]", "{'acquirers': [@{}]}" },
        { "FIELD_MISSING", "acquirers[0].reasons[0]", "{'acquirers': [{'acquirer_id': '48025840', 'reasons': [@{'de39': '58'}]}]}" },
        { "LIST_EMPTY", "policies[0].scope.mccs", FileOf(Policy("'scope': {'mccs': @[]}")) },
        { "LIST_EMPTY", "policies[0].scope.code_kinds", FileOf(Policy("'scope': {'code_kinds': @[]}")) },
        { "LIST_EMPTY", "maintenance[0].acquirers", "{'maintenance': [{'service': 'HOLD', 'acquirers': @[], 'from': '2026-01-01T00:00:00Z', 'until': '2026-01-02T00:00:00Z'}]}" },
        { "INTEGER", "policies[0].priority", FileOf(Policy("'priority': @1.0")) },
        { "INTEGER", "policies[0].priority", FileOf(Policy("'priority': @1e2")) },
        { "INTEGER", "policies[0].priority", FileOf(Policy("'priority': @2147483648")) },
        { "INTEGER", "policies[0].version", FileOf(Policy("'version': @-2147483649")) },
        { "INTEGER", "policies[0].scope.amount_to_fen", FileOf(Policy("'scope': {'amount_to_fen': @9223372036854775808}")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'2027-01-01'")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'2027-01-01T00:00:00'")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'2027-02-29T00:00:00Z'")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'2027-01-01T24:00:00Z'")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @''")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'1970-01-01T00:00:00Z'")) },
        { "INSTANT", "policies[0].effective_until", FileOf(Policy("'effective_until': @'1969-12-31T23:59:59Z'")) },
        { "WORD", "policies[0].scope.merchant_kinds[1]", FileOf(Policy("'scope': {'merchant_kinds': ['MICRO', @'micro']}")) },
        { "WORD", "defaults.location_missing", "{'defaults': {'location_missing': @''}}" },
        { "WORD", "policies[0].scope.card_classes[0]", FileOf(Policy("'scope': {'card_classes': [@1]}")) },
        { "ACQ_LENGTH", "acquirers[0].acquirer_id", "{'acquirers': [{'acquirer_id': @'4802584'}]}" },
        { "ACQ_CHARSET", "policies[0].scope.acquirers[0]", FileOf(Policy("'scope': {'acquirers': [@'4802584x']}")) },
        { "REGION_FORM", "policies[0].scope.regions[0]", FileOf(Policy("'scope': {'regions': [@'44']}")) },
        { "REGION_PROVINCE", "policies[0].scope.regions[0]", FileOf(Policy("'scope': {'regions': [@'990000']}")) },
        { "MCC_FORM", "policies[0].scope.mccs[0]", FileOf(Policy("'document': '银发', 'scope': {'mccs': [@'541']}")) },
        { "APP_VERSION_FORM", "defaults.minimum_app_version", "{'defaults': {'minimum_app_version': @'1.2.3.4.5'}}" },
    };

    /// <summary>The same, for what is found when the values are looked at.</summary>
    public static TheoryData<string, string, string> OfTheSet => new()
    {
        { "LABEL_LENGTH", "label", $"{{'label': @'{new string('x', 65)}'}}" },
        { "POLICY_ID", "policies[0]", FileOf("@" + Policy(id: "A")) },
        { "POLICY_ID", "policies[0]", FileOf("@" + Policy(id: "")) },
        { "POLICY_ID", "policies[0]", FileOf("@" + Policy(id: new string('x', 65))) },
        { "POLICY_VERSION", "policies[0]", FileOf("@" + Policy("'version': 0")) },
        { "POLICY_TWICE", "policies[1]", FileOf(Policy(Later), "@" + Policy(Later)) },
        { "PRIORITY_RANGE", "policies[0]", FileOf("@" + Policy("'priority': 0")) },
        { "PRIORITY_RANGE", "policies[0]", FileOf("@" + Policy("'priority': 1000001")) },
        { "END_BEFORE_START", "policies[0]", FileOf("@" + Policy("'effective_until': '2026-01-01T00:00:00+08:00'")) },
        { "END_BEFORE_START", "maintenance[0]", "{'maintenance': [@{'service': 'HOLD', 'from': '2026-01-01T00:00:00Z', 'until': '2026-01-01T00:00:00Z'}]}" },
        { "OVERLAP", "policies[1]", FileOf(Policy(), "@" + Policy("'version': 2")) },
        { "OVERLAP", "maintenance[1]", "{'maintenance': [{'service': 'HOLD', 'from': '2026-01-01T00:00:00Z', 'until': '2026-01-02T00:00:00Z'},\n@{'service': 'HOLD', 'from': '2026-01-01T12:00:00Z', 'until': '2026-01-03T00:00:00Z'}]}" },
        { "DOCUMENT_LENGTH", "policies[0]", FileOf("@" + Policy($"'document': '{new string('号', 201)}'")) },
        { "MESSAGE_LENGTH", "policies[0]", FileOf("@" + Policy($"'message_zh': '{new string('号', 501)}'")) },
        { "MESSAGE_LENGTH", "policies[0]", FileOf("@" + Policy($"'message_en': '{new string('x', 501)}'")) },
        { "LIMIT_PART", "policies[0]", FileOf("@" + Policy(effect: "LIMIT")) },
        { "LIMIT_PART", "policies[0]", FileOf("@" + Policy("'limit': {'per': 'TRANSACTION', 'amount_fen': 1}")) },
        { "LIMIT_EMPTY", "policies[0]", FileOf("@" + Policy("'limit': {'per': 'TRANSACTION'}", effect: "LIMIT")) },
        { "LIMIT_RANGE", "policies[0]", FileOf("@" + Policy("'limit': {'per': 'TRANSACTION', 'amount_fen': -1}", effect: "LIMIT")) },
        { "LIMIT_RANGE", "policies[0]", FileOf("@" + Policy("'limit': {'per': 'PAYER_DAY', 'count': -1}", effect: "LIMIT")) },
        { "COUNT_PER", "policies[0]", FileOf("@" + Policy("'limit': {'per': 'PAYER_MONTH', 'count': 1}", effect: "LIMIT")) },
        { "REVERIFY_KIND", "policies[0]", FileOf("@" + Policy("'reverify': {'verified_since': '2026-01-01T00:00:00Z', 'by': '2026-02-01T00:00:00Z'}, 'scope': {'transaction_kinds': ['SALE', 'REFUND']}", effect: "REQUIRE_REVERIFICATION")) },
        { "REVERIFY_PART", "policies[0]", FileOf("@" + Policy("'reverify': {'verified_since': '2026-01-01T00:00:00Z', 'by': '2026-02-01T00:00:00Z'}")) },
        { "REVERIFY_BEFORE_START", "policies[0]", FileOf("@" + Policy("'reverify': {'verified_since': '2025-01-01T00:00:00Z', 'by': '2025-12-31T23:59:59+08:00'}", effect: "REQUIRE_REVERIFICATION")) },
        { "AMOUNT_NEGATIVE", "policies[0]", FileOf("@" + Policy("'scope': {'amount_from_fen': -1}")) },
        { "AMOUNT_ORDER", "policies[0]", FileOf("@" + Policy("'scope': {'amount_from_fen': 2, 'amount_to_fen': 1}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'acquirers': ['48025840', '48025840']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'regions': ['440000', '440000']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'mccs': ['5411', '5411']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'merchant_kinds': ['MICRO', 'MICRO']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'account_classes': ['CLASS1', 'CLASS1']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'card_classes': ['DEBIT', 'DEBIT']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'code_kinds': ['STATIC', 'STATIC']}")) },
        { "VALUE_TWICE", "policies[0]", FileOf("@" + Policy("'scope': {'transaction_kinds': ['SALE', 'SALE']}")) },
        { "VALUE_TWICE", "maintenance[0]", "{'maintenance': [@{'service': 'HOLD', 'acquirers': ['48025840', '48025840'], 'from': '2026-01-01T00:00:00Z', 'until': '2026-01-02T00:00:00Z'}]}" },
        { "KIND_NOT_RESTRICTED", "policies[0]", FileOf("@" + Policy("'scope': {'transaction_kinds': ['REVERSAL']}")) },
        { "ACQUIRER_TWICE", "acquirers[1]", "{'acquirers': [{'acquirer_id': '48025840'}, @{'acquirer_id': '48025840'}]}" },
        { "OUT_OF_RANGE", "defaults", "{'defaults': @{'document_grace_days': 3651}}" },
        { "OUT_OF_RANGE", "acquirers[0]", "{'acquirers': [@{'acquirer_id': '48025840', 'rules': {'class_i_total_fen': -1}}]}" },
        { "OUT_OF_AREA", "defaults", "{'defaults': @{'out_of_area': 'IGNORE'}}" },
        { "IDLE_ORDER", "defaults", "{\n'defaults': @{'idle_reverify_months': 13}}" },
        { "REASON_TWICE", "acquirers[0].reasons[1]", Words("{'code': 'NOT_VERIFIED', 'de39': '58'}, @{'code': 'NOT_VERIFIED', 'prompt_en': 'x'}") },
        { "OVERRIDE_EMPTY", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED'}") },
        { "CONFIDENTIAL_ALONE", "acquirers[0].reasons[0]", Words("@{'code': 'SANCTIONED', 'prompt_en': 'x'}") },
        { "PROMPT_ZH", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'prompt_zh': ''}") },
        { "PROMPT_EN", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'prompt_en': ''}") },
        { "DE39_UNKNOWN", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'de39': 'A1'}") },
        { "DE39_CAPTURES", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'de39': '04'}") },
        { "DE39_SIGNS_IN", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'de39': '99'}") },
        { "DE39_RETRIES", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'de39': '13'}") },
        { "DE39_CLASS", "acquirers[0].reasons[0]", Words("@{'code': 'NOT_VERIFIED', 'de39': '00'}") },
    };

    /// <summary>What no file can ask for, as its words and instants are looked at when they are read; a program can.</summary>
    public static TheoryData<string, string> OfAProgram => new()
    {
        { "EFFECT", "effect" }, { "EFFECTIVE_FROM", "from" }, { "REVERIFY_PART", "reverify" }, { "SERVICE", "service" }, { "WINDOW_KIND", "kind" },
        { "WINDOW_FROM", "window from" }, { "LOCATION_MISSING", "location" }, { "OUT_OF_AREA", "area" },
    };

    /// <summary>Codes that tests of their own provoke: the whole file is at fault, or there is very much of it.</summary>
    public static string[] OfTheWhole => ["JSON", "ENCODING", "FILE_TOO_LARGE", "MORE_ERRORS", "TOO_MANY_POLICIES", "TOO_MANY_VALUES"];

    [Theory]
    [MemberData(nameof(OfTheFile))]
    [MemberData(nameof(OfTheSet))]
    public void File_WithOneError_IsRefusedWithItsCodeAndPlace(string code, string path, string marked)
    {
        var (text, places) = Marked(marked);
        var error = Assert.Single(Refused(text));
        var where = Assert.Single(places);
        Assert.Equal(code, error.Code);
        Assert.Equal(path.Length == 0 ? where : $"{path} ({where})", error.Place);
        Assert.EndsWith(".", error.Sentence, StringComparison.Ordinal);
        Assert.Equal($"{error.Place}: {code}: {error.Sentence}", error.ToString());
    }

    [Theory]
    [MemberData(nameof(OfAProgram))]
    public void Set_OfAProgramWithOneError_IsRefused(string code, string what)
    {
        var policy = new PolicyRule("a", 1, PolicyEffect.Warn, new PolicyScope(), 1, 0) { Place = "here" };
        var window = new MaintenanceWindow(GatewayService.Hold, WindowKind.Maintenance, [], 1, 2) { Place = "here" };
        PolicySet set = what switch
        {
            "effect" => new() { Policies = [policy with { Effect = (PolicyEffect)9 }] },
            "from" => new() { Policies = [policy with { EffectiveFromUnixMs = 0 }] },
            "reverify" => new() { Policies = [policy with { Effect = PolicyEffect.RequireReverification, ReverifyByUnixMs = 1 }] },
            "service" => new() { Windows = [window with { Service = 0 }] },
            "kind" => new() { Windows = [window with { Kind = 0 }] },
            "window from" => new() { Windows = [window with { FromUnixMs = 0 }] },
            "location" => new() { Acquirers = [new(Given.Acquirer(), new() { LocationMissing = 0 }, []) { Place = "here" }] },
            _ => new() { Acquirers = [new(Given.Acquirer(), new() { OutOfArea = 0 }, []) { Place = "here" }] },
        };
        Assert.Equal(("here", code), (Assert.Single(Wrong(set)).Place, Wrong(set)[0].Code));
    }

    [Fact]
    public void Policy_WithHalfAReverification_IsRefused()
    {
        foreach (var half in new[] { "'verified_since': '2026-01-01T00:00:00Z'", "'by': '2026-02-01T00:00:00Z'" })
        {
            Assert.Contains("FIELD_MISSING", Refused(FileOf(Policy($"'reverify': {{{half}}}", effect: "REQUIRE_REVERIFICATION"))).Codes());
        }

        Assert.Contains("REVERIFY_PART", Refused(FileOf(Policy(effect: "REQUIRE_REVERIFICATION"))).Codes());
    }

    [Fact]
    public void File_WithManyErrors_IsRefusedWithAllOfThemAtOnce()
    {
        var (text, places) = Marked($$"""
            {
              'label': @7,
              'labels': @'x',
              'defaults': @{'document_grace_days': -1, 'out_of_area': 'IGNORE'},
              'acquirers': [
                {'acquirer_id': '48025840', 'reasons': [@{'code': 'NOT_VERIFIED', 'de39': '04', 'prompt_zh': 'x'}, {'code': @'NO_SUCH'}, @{'code': 'CARD_INVALID', 'de39': '77'}]},
                @{'acquirer_id': '48025840'}
              ],
              'policies': [
                {{Policy()}},
                @{{Policy("'version': 2, 'unknown': @1")}},
                @{{Policy("'effective_until': '2025-01-01T00:00:00Z', 'limit': {'per': 'TRANSACTION'}, 'unknown': @2", "b")}},
                {{Policy("'priority': @1.5", "c")}},
                {{Policy("'scope': {'regions': [@'00', '440000', @7]}", "d")}}
              ],
              'maintenance': [
                {'service': 'HOLD', 'from': '2026-01-01T00:00:00Z', 'until': '2026-01-02T00:00:00Z'},
                @{'service': 'HOLD', 'from': '2026-01-01T23:59:59.999Z', 'until': '2026-01-03T00:00:00Z'},
                @{'service': 'BINDING', 'from': @'today', 'kind': 'CUT_OVER'}
              ]
            }
            """);
        string[] expected =
        [
            At(0, "TYPE", "label"), At(1, "FIELD_UNKNOWN", "labels"),
            At(2, "OUT_OF_RANGE", "defaults"), At(2, "OUT_OF_AREA", "defaults"),
            At(3, "DE39_CAPTURES", "acquirers[0].reasons[0]"), At(3, "PROMPT_ZH", "acquirers[0].reasons[0]"), At(4, "WORD", "acquirers[0].reasons[1].code"),
            At(5, "DE39_SIGNS_IN", "acquirers[0].reasons[2]"), At(6, "ACQUIRER_TWICE", "acquirers[1]"),
            At(7, "OVERLAP", "policies[1]"), At(8, "FIELD_UNKNOWN", "policies[1].unknown"),
            At(9, "END_BEFORE_START", "policies[2]"), At(9, "LIMIT_PART", "policies[2]"), At(9, "LIMIT_EMPTY", "policies[2]"), At(10, "FIELD_UNKNOWN", "policies[2].unknown"),
            At(11, "INTEGER", "policies[3].priority"), At(12, "REGION_FORM", "policies[4].scope.regions[0]"), At(13, "TYPE", "policies[4].scope.regions[2]"),
            At(14, "OVERLAP", "maintenance[1]"), At(15, "FIELD_MISSING", "maintenance[2]"), At(16, "INSTANT", "maintenance[2].from"),
        ];

        // The acquirers take over what is wrong with the defaults, so it is told of them as well.
        var found = Refused(text).Where(error => !(error.Code.StartsWith("OUT_OF", StringComparison.Ordinal) && error.Place.StartsWith("acquirers", StringComparison.Ordinal)))
            .Select(error => $"{error.Code} {error.Place}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        string At(int mark, string code, string path) => $"{code} {path} ({places[mark]})";
    }

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(1_001, true)]
    [InlineData(5_000, true)]
    public void File_WithVeryManyErrors_IsCutWithACount(int errors, bool cut)
    {
        var text = new StringBuilder("{'policies': [").AppendJoin(',', Enumerable.Range(0, errors).Select(i => Policy("'version': 0", $"p{i}"))).Append("]}");
        var found = Refused(text.ToString());
        Assert.Equal(cut ? 1_001 : 1_000, found.Length);
        Assert.All(found.Take(1_000), error => Assert.Equal("POLICY_VERSION", error.Code));
        if (cut)
        {
            Assert.Equal(("", "MORE_ERRORS"), (found[^1].Place, found[^1].Code));
            Assert.StartsWith((errors - 1_000).ToString(CultureInfo.InvariantCulture) + " ", found[^1].Sentence, StringComparison.Ordinal);
            Assert.Equal($"MORE_ERRORS: {found[^1].Sentence}", found[^1].ToString());
        }
    }

    [Fact]
    public void Errors_OfTheSources_AreAllProvokedHere()
    {
        var provoked = OfTheFile.Select(row => row.Data.Item1).Concat(OfTheSet.Select(row => row.Data.Item1)).Concat(OfAProgram.Select(row => row.Data.Item1)).Concat(OfTheWhole);
        Assert.Equal(PolicyPageTests.CodesOfTheSources(), provoked.Distinct().Order(StringComparer.Ordinal));
    }

    private static string Words(string reasons) => $"{{'acquirers': [{{'acquirer_id': '48025840', 'reasons': [{reasons}]}}]}}";
}

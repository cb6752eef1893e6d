using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>buf as a client that knows nothing but what reflection tells it, and as the judge of the contract's style.</summary>
[Collection("sample")]
public class BufTests(SampleGateway sample)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Contract_Lint_FindsNothing() =>
        Assert.Equal((0, ""), await ChildProcess.RunAsync("buf", ["lint"], Limit, Repository.PathOf("protos")));

    [Theory]
    [InlineData("grpc-v1")]
    [InlineData("grpc-v1alpha")]
    public async Task Reflection_ListMethods_NamesThemAll(string reflection)
    {
        var (exitCode, output) = await CurlAsync(reflection, "", "--list-methods");
        Assert.Equal(0, exitCode);
        Assert.Equal(
        [
            "grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch",
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            "verifygateway.v1.BindingService/BatchGetBindings", "verifygateway.v1.BindingService/GetBinding",
            "verifygateway.v1.BindingService/ListBindings", "verifygateway.v1.BindingService/WatchBindings",
            "verifygateway.v1.HoldService/LiftHold", "verifygateway.v1.HoldService/ListHolds", "verifygateway.v1.HoldService/PlaceHold",
            "verifygateway.v1.VerificationService/BatchCheckStatus", "verifygateway.v1.VerificationService/CheckStatus", "verifygateway.v1.VerificationService/StreamCheckStatus",
        ], output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("grpc-v1")]
    [InlineData("grpc-v1alpha")]
    public async Task CheckStatus_GoodAndDeclined_AnswersInJson(string reflection)
    {
        var good = await CallAsync(reflection, RawCaller.CheckStatus, Check("0001", Sample.Merchant));
        Assert.Equal(("DECISION_ALLOW", "00", "交易可继续"), (Text(good, "decision"), Text(good, "de39"), Text(good, "prompt")));
        var declined = await CallAsync(reflection, RawCaller.CheckStatus, Check("0042", "898440300000022"));
        Assert.Equal(("DECISION_DECLINE", "REASON_FROZEN_BY_RISK", "REMEDY_CONTACT_ACQUIRER"), (Text(declined, "decision"), declined.GetProperty("reasons")[0].GetString(), Text(declined, "remedy")));
    }

    [Fact]
    public async Task BatchCheckStatus_ThreeChecks_AnswersInOrder()
    {
        var answer = await CallAsync("grpc-v1", RawCaller.BatchCheckStatus, $$"""{"checks":[{{Check("0001", Sample.Merchant)}},{},{{Check("0021", "898440300000011")}}]}""");
        var results = answer.GetProperty("results");
        Assert.Equal("DECISION_ALLOW", Text(results[0].GetProperty("answer"), "decision"));
        Assert.Equal(4, results[1].GetProperty("error").GetProperty("fieldViolations").GetArrayLength());
        Assert.Equal("REASON_NOT_VERIFIED", results[2].GetProperty("answer").GetProperty("reasons")[0].GetString());
    }

    [Fact]
    public async Task StreamCheckStatus_TwoChecks_AnswersBoth()
    {
        var (exitCode, output) = await CurlAsync("grpc-v1", RawCaller.StreamCheckStatus, "-d", $$"""{"check":{{Check("0001", Sample.Merchant)}}}{"check":{{Check("0008", Sample.Merchant)}}}""");
        Assert.True(exitCode == 0, output);
        Assert.Contains("DECISION_ALLOW", output, StringComparison.Ordinal);
        Assert.Contains("REASON_TERMINAL_SUSPENDED", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetBinding_BySerialNumber_AnswersInJson()
    {
        var answer = await CallAsync("grpc-v1", RawCaller.GetBinding, """{"key":{"acquirer_id":"01020000","terminal_sn":"000057022801TEST0041"}}""");
        var binding = answer.GetProperty("binding");
        Assert.Equal(("TERMINAL_STATE_ACTIVE", "898440300000021"), (Text(binding, "terminalState"), Text(binding, "merchantNo")));
        Assert.Equal("HOLD_KIND_HOLDER", Text(binding.GetProperty("holds")[0], "kind"));
    }

    [Fact]
    public async Task CheckStatus_BadRequest_ShowsCodeAndDetails()
    {
        var error = await FailAsync(RawCaller.CheckStatus, """{"acquirer_id":"x"}""", "invalid_argument");
        Assert.Equal(["acquirer_id", "terminal_sn", "terminal_no", "merchant_no"], Detail<BadRequest>(error, BadRequest.Parser).FieldViolations.Select(it => it.Field));
    }

    [Fact]
    public async Task GetBinding_Unknown_ShowsCodeAndResource()
    {
        var error = await FailAsync(RawCaller.GetBinding, """{"key":{"acquirer_id":"01020000","terminal_sn":"000057022801TEST9999"}}""", "not_found");
        Assert.Equal("000057022801TEST9999", Detail<ResourceInfo>(error, ResourceInfo.Parser).ResourceName);
    }

    [Fact]
    public async Task CheckStatus_BeyondTheHead_ShowsWhenToAskAgain()
    {
        var error = await FailAsync(RawCaller.CheckStatus, Check("0001", Sample.Merchant)[..^1] + ",\"at_least_revision\":\"100000\"}", "unavailable");
        Assert.Equal(1, Detail<RetryInfo>(error, RetryInfo.Parser).RetryDelay.Seconds);
    }

    private static string Check(string number, string merchant) =>
        $$"""{"acquirer_id":"01020000","terminal_sn":"000057022801TEST{{number}}","terminal_no":"T000{{number}}","merchant_no":"{{merchant}}","transaction_kind":"TRANSACTION_KIND_SALE"}""";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static T Detail<T>(JsonElement error, MessageParser<T> parser)
        where T : IMessage<T>, new()
    {
        var detail = Assert.Single(error.GetProperty("details").EnumerateArray());
        Assert.Equal(new T().Descriptor.FullName, Text(detail, "type"));
        var base64 = Text(detail, "value");
        return parser.ParseFrom(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
    }

    private async Task<JsonElement> CallAsync(string reflection, string method, string request)
    {
        var (exitCode, output) = await CurlAsync(reflection, method, "-d", request);
        Assert.True(exitCode == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<JsonElement> FailAsync(string method, string request, string code)
    {
        var (exitCode, output) = await CurlAsync("grpc-v1", method, "-d", request);
        Assert.NotEqual(0, exitCode);
        var error = JsonDocument.Parse(output).RootElement;
        Assert.Equal(code, Text(error, "code"));
        return error;
    }

    private Task<(int ExitCode, string Output)> CurlAsync(string reflection, string method, params string[] arguments) =>
        ChildProcess.RunAsync("buf", ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-protocol", reflection, .. arguments, sample.Gateway.Grpc.GetLeftPart(UriPartial.Authority) + method], Limit);
}

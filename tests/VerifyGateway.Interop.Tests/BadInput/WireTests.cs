using System.Net.Http.Headers;
using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>Bodies and headers that are not what gRPC asks for.</summary>
[Collection("bad input")]
public class WireTests(BadInputGateway bad)
{
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Internal = 13;

    /// <summary>Bodies that are no message, whatever the message should be: the last byte promises more than there is.</summary>
    private static readonly byte[] Malformed = [0x0A, 0x7F, .. "ZQXJ7319"u8];

    [Theory]
    [InlineData(RawCaller.CheckStatus)]
    [InlineData(RawCaller.BatchCheckStatus)]
    [InlineData(RawCaller.StreamCheckStatus)]
    [InlineData(RawCaller.GetBinding)]
    [InlineData("/verifygateway.v1.BindingService/BatchGetBindings")]
    [InlineData("/verifygateway.v1.BindingService/ListBindings")]
    [InlineData("/verifygateway.v1.BindingService/WatchBindings")]
    [InlineData("/verifygateway.v1.HoldService/PlaceHold")]
    [InlineData("/verifygateway.v1.HoldService/LiftHold")]
    [InlineData("/verifygateway.v1.HoldService/ListHolds")]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/grpc.health.v1.Health/Watch")]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    public async Task AnyMethod_MalformedMessage_IsInvalidArgumentWithDetails(string method)
    {
        var answer = await bad.SendAsync(method, Frame.Of(Malformed));
        Assert.Equal((200, InvalidArgument), (answer.Http, answer.Grpc));
        Assert.Equal([("", "MESSAGE_MALFORMED")], answer.Violations);
    }

    [Fact]
    public async Task Check_InvalidUtf8InAString_IsInvalidArgument()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of([0x1A, 2, 0xC3, 0x28]));
        Assert.Equal((200, InvalidArgument), (answer.Http, answer.Grpc));
    }

    [Fact]
    public async Task Check_UnknownFields_AreIgnored()
    {
        // Field 900, length-delimited, and field 901, varint: of a newer client.
        byte[] newer = [.. Sample.Good().ToByteArray(), 0xA2, 0x38, 3, 1, 2, 3, 0xA8, 0x38, 1];
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(newer));
        Assert.Equal((200, 0), (answer.Http, answer.Grpc));
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(20_000, InvalidArgument)]
    public async Task Check_DeeplyNestedUnknownGroups_AreIgnoredOrRefused(int depth, int expected)
    {
        // Field 15, start of a group, many times; then as many ends.
        byte[] nested = [.. Sample.Good().ToByteArray(), .. Enumerable.Repeat<byte[]>([0xA3, 0x38], depth).SelectMany(it => it), .. Enumerable.Repeat<byte[]>([0xA4, 0x38], depth).SelectMany(it => it)];
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(nested));
        Assert.Equal((200, expected), (answer.Http, answer.Grpc));
    }

    [Fact]
    public async Task Check_UnknownLocationFields_AreIgnored()
    {
        var check = Sample.Good();
        check.Location = Location.Parser.ParseFrom([0x1D, 1, 2, 3, 4]);
        Assert.Equal(0, (await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(check))).Grpc);
    }

    [Theory]
    [InlineData("too long")]
    [InlineData("too short")]
    [InlineData("trailing garbage")]
    [InlineData("two messages")]
    [InlineData("no message")]
    [InlineData("half a head")]
    [InlineData("2 GB")]
    public async Task UnaryCall_LyingFrame_EndsWithAStatusThatSaysSo(string lie)
    {
        var good = Sample.Good().ToByteArray();
        var (body, expected) = lie switch
        {
            "too long" => (Frame.Of(good, claimedLength: (uint)good.Length + 1), Internal),
            "too short" => (Frame.Of(good, claimedLength: (uint)good.Length - 4), InvalidArgument),
            "trailing garbage" => ([.. Frame.Of(good), .. "ZQXJ7319"u8], Internal),
            "two messages" => ([.. Frame.Of(good), .. Frame.Of(good)], Internal),
            "no message" => (Array.Empty<byte>(), Internal),
            "half a head" => (new byte[3], Internal),
            _ => (Frame.Of(good, claimedLength: int.MaxValue), ResourceExhausted),
        };
        var answer = await bad.SendAsync(RawCaller.CheckStatus, body);
        Assert.Equal((200, expected), (answer.Http, answer.Grpc));
        Assert.NotEqual("", answer.Message);
        Assert.Equal((expected, answer.Message), (answer.Details!.Code, answer.Details.Message));
        Assert.Single(answer.Details.Details);
    }

    [Fact]
    public async Task UnaryCall_CompressedGarbage_EndsWithAStatusThatSaysSo()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of("ZQXJ7319"u8, flag: 1), request => request.Headers.Add("grpc-encoding", "gzip"));
        Assert.Equal(200, answer.Http);
        Assert.True(answer.Grpc is InvalidArgument or Internal, $"{answer.Grpc}: {answer.Message}");
        Assert.NotEqual("", answer.Message);
    }

    [Fact]
    public async Task UnaryCall_CompressedTruncated_EndsWithAStatusThatSaysSo()
    {
        var packed = Frame.Gzip(Sample.Good().ToByteArray());
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(packed.AsSpan(0, packed.Length / 2), flag: 1), request => request.Headers.Add("grpc-encoding", "gzip"));
        Assert.Equal(200, answer.Http);
        Assert.True(answer.Grpc is InvalidArgument or Internal, $"{answer.Grpc}: {answer.Message}");
    }

    [Fact]
    public async Task UnaryCall_Compressed_IsUnderstood()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(Frame.Gzip(Sample.Good().ToByteArray()), flag: 1), request => request.Headers.Add("grpc-encoding", "gzip"));
        Assert.Equal((200, 0), (answer.Http, answer.Grpc));
    }

    [Fact]
    public async Task UnaryCall_CompressionBomb_IsResourceExhausted()
    {
        var bomb = Frame.Gzip(new byte[64 * 1024 * 1024]);
        Assert.InRange(bomb.Length, 1, 1_048_576);
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(bomb, flag: 1), request => request.Headers.Add("grpc-encoding", "gzip"));
        Assert.Equal((200, ResourceExhausted), (answer.Http, answer.Grpc));
    }

    [Fact]
    public async Task UnaryCall_UnknownEncoding_IsUnimplementedAndNamesTheKnown()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of("ZQXJ7319"u8, flag: 1), request => request.Headers.Add("grpc-encoding", "snappy"));
        Assert.Equal((200, Unimplemented), (answer.Http, answer.Grpc));
        Assert.Contains("gzip", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task UnaryCall_CompressedFlagWithoutEncoding_IsInternal(string? encoding)
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of("ZQXJ7319"u8, flag: 1), request =>
        {
            if (encoding is not null)
            {
                request.Headers.Add("grpc-encoding", encoding);
            }
        });
        Assert.Equal((200, Internal), (answer.Http, answer.Grpc));
    }

    [Fact]
    public async Task UnaryCall_MessageOverTheLimit_IsResourceExhausted()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(new byte[1_048_577]));
        Assert.Equal((200, ResourceExhausted), (answer.Http, answer.Grpc));
        Assert.Equal("MESSAGE_TOO_LARGE", answer.Details!.Details.Single().Unpack<Google.Rpc.ErrorInfo>().Type);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/grpc-web")]
    [InlineData("")]
    public async Task AnyMethod_WrongContentType_IsHttp415(string contentType)
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(Sample.Good()), request =>
            request.Content!.Headers.ContentType = contentType.Length == 0 ? null : new MediaTypeHeaderValue(contentType));
        Assert.Equal(415, answer.Http);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task AnyMethod_WrongVerb_IsNoAnswerOfTheService(string verb)
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, [], request => (request.Method, request.Content) = (new HttpMethod(verb), null));
        Assert.InRange(answer.Http, 400, 499);
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData("/verifygateway.v1.VerificationService/ZQXJ7319")]
    [InlineData("/verifygateway.v9.ZQXJ7319/CheckStatus")]
    [InlineData("/ZQXJ7319")]
    [InlineData("/")]
    [InlineData("/verifygateway.v1.VerificationService/CheckStatus/ZQXJ7319")]
    public async Task UnknownMethod_OfAnyName_IsUnimplementedAndCountedAsUnknown(string path)
    {
        var before = await bad.Gateway.MetricAsync("grpc_server_handled_total", "grpc_service=\"unknown\"", "grpc_code=\"Unimplemented\"");
        var answer = await bad.SendAsync(path, Frame.Of(Sample.Good()));
        // A path that is not /service/method is plain HTTP's 404, which clients of gRPC read as UNIMPLEMENTED too.
        Assert.True((answer.Http, answer.Grpc) is (200, Unimplemented) or (404, null), answer.Text);
        Assert.Equal(before + 1, await bad.Gateway.MetricAsync("grpc_server_handled_total", "grpc_service=\"unknown\"", "grpc_code=\"Unimplemented\""));
        Assert.DoesNotContain(BadInputGateway.Marker, await bad.Gateway.MetricsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc-timeout", "ZQXJ7319")]
    [InlineData("grpc-timeout", "-1S")]
    [InlineData("grpc-timeout", "999999999999999999999S")]
    [InlineData("some-bin", "!!!not base64!!!")]
    [InlineData("grpc-accept-encoding", ",,;;=,")]
    public async Task UnaryCall_OddHeader_IsAnsweredOrRefusedWithAStatus(string name, string value)
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(Sample.Good()), request => request.Headers.TryAddWithoutValidation(name, value));
        Assert.Equal(200, answer.Http);
        Assert.True(answer.Grpc is 0 or InvalidArgument, $"{answer.Grpc}: {answer.Message}");
    }

    [Fact]
    public async Task Stream_MalformedInTheMiddle_EndsTheStreamWithInvalidArgument()
    {
        byte[] body = [.. Frame.Of(new StreamCheckStatusRequest { Check = Sample.Good() }), .. Frame.Of(Malformed), .. Frame.Of(new StreamCheckStatusRequest { Check = Sample.Good() })];
        var answer = await bad.SendAsync(RawCaller.StreamCheckStatus, body);
        Assert.Equal((200, InvalidArgument), (answer.Http, answer.Grpc));
    }
}

using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>Requests that are protobuf, but break the rules of their fields: INVALID_ARGUMENT, with every offending field at once.</summary>
[Collection("bad input")]
public class FieldTests(BadInputGateway bad)
{
    private const int InvalidArgument = 3;

    [Fact]
    public async Task Check_Empty_NamesEveryMissingField()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(new CheckStatusRequest()));
        Expect(answer, ("acquirer_id", "INPUT_MISSING"), ("terminal_sn", "INPUT_MISSING"), ("terminal_no", "INPUT_MISSING"), ("merchant_no", "INPUT_MISSING"));
    }

    [Fact]
    public async Task Check_EverythingWrong_NamesEveryFieldWithItsRule()
    {
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(AllWrong()));
        Expect(answer, ExpectedOfAllWrong(""));
    }

    [Theory]
    [InlineData("terminal_sn", "12345678", "SN_LENGTH")]
    [InlineData("terminal_sn", "00005702+801TEST0001", "SN_CHARSET")]
    [InlineData("terminal_sn", "0000570x801TEST0001", "SN_CHARSET")]
    [InlineData("terminal_sn", "000000022801TEST0001", "SN_VENDOR")]
    [InlineData("terminal_sn", "000057142801TEST0001", "SN_TYPE")]
    [InlineData("terminal_sn", "000057022801终端0001", "SN_CHARSET")]
    [InlineData("terminal_no", "T000001", "TID_LENGTH")]
    [InlineData("terminal_no", "T00000 1", "TID_CHARSET")]
    [InlineData("terminal_no", "00000000", "TID_ALL_ZERO")]
    [InlineData("merchant_no", "89844030000001", "MID_LENGTH")]
    [InlineData("merchant_no", "89844030000\u00000ZZ", "MID_CHARSET")]
    [InlineData("merchant_no", "898440300000-01", "MID_CHARSET")]
    [InlineData("acquirer_id", "0102000", "ACQ_LENGTH")]
    [InlineData("acquirer_id", "010200001234", "ACQ_LENGTH")]
    [InlineData("acquirer_id", "0102000A", "ACQ_CHARSET")]
    [InlineData("acquirer_id", "０１０２００００", "ACQ_CHARSET")]
    public async Task Check_OneIdentifierWrong_NamesThatFieldAndRule(string field, string value, string rule)
    {
        var check = Sample.Good();
        CheckStatusRequest.Descriptor.FindFieldByName(field).Accessor.SetValue(check, value);
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(check));
        Expect(answer, (field, rule));
        Assert.DoesNotContain(rule == "TID_ALL_ZERO" ? BadInputGateway.Marker : value, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_LongStrings_AreRefusedByLength()
    {
        var check = Sample.Good();
        var longText = string.Concat(Enumerable.Repeat(BadInputGateway.Marker, 8_192));
        (check.TerminalSn, check.TerminalNo, check.MerchantNo, check.AcquirerId, check.CorrelationId, check.AppVersion) = (longText, longText, longText, longText, longText, longText);
        var answer = await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(check));
        Expect(answer, ("acquirer_id", "ACQ_LENGTH"), ("terminal_sn", "SN_LENGTH"), ("terminal_no", "TID_LENGTH"), ("merchant_no", "MID_LENGTH"),
            ("correlation_id", "TOO_LONG"), ("app_version", "TOO_LONG"));
        Assert.InRange(answer.Text.Length, 1, 8_000);
    }

    [Fact]
    public async Task Check_CorrelationIdOf65BytesIn22Characters_IsRefused()
    {
        var check = Sample.Good();
        check.CorrelationId = string.Concat(Enumerable.Repeat("终", 22));
        Expect(await bad.SendAsync(RawCaller.CheckStatus, Frame.Of(check)), ("correlation_id", "TOO_LONG"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public async Task Batch_OfAWrongSize_IsRefusedAsAWhole(int size)
    {
        var batch = new BatchCheckStatusRequest { Checks = { Enumerable.Repeat(Sample.Good(), size) } };
        Expect(await bad.SendAsync(RawCaller.BatchCheckStatus, Frame.Of(batch)), ("checks", "BATCH_SIZE"));
        var keys = new BatchGetBindingsRequest { Keys = { Enumerable.Repeat(new BindingKey { AcquirerId = Sample.Acquirer, TerminalSn = "000057022801TEST0001" }, size) } };
        Expect(await bad.SendAsync("/verifygateway.v1.BindingService/BatchGetBindings", Frame.Of(keys)), ("keys", "BATCH_SIZE"));
    }

    [Fact]
    public async Task Batch_WithABadItem_AnswersTheOthers()
    {
        var answer = await bad.SendAsync(RawCaller.BatchCheckStatus, Frame.Of(new BatchCheckStatusRequest { Checks = { Sample.Good(), AllWrong(), Sample.Good() } }));
        var results = BatchCheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Results;
        Assert.Equal([Decision.Allow, Decision.Allow], [results[0].Answer.Decision, results[2].Answer.Decision]);
        Assert.Equal(InvalidArgument, results[1].Error.Code);
        Assert.Equal(ExpectedOfAllWrong("checks[1]."), results[1].Error.FieldViolations.Select(it => (it.Field, it.Rule)));
    }

    [Fact]
    public async Task Stream_WithABadItem_NamesFieldsFromItsRoot()
    {
        byte[] body = [.. Frame.Of(new StreamCheckStatusRequest { Check = AllWrong() }), .. Frame.Of(new StreamCheckStatusRequest())];
        var answer = await bad.SendAsync(RawCaller.StreamCheckStatus, body);
        Assert.Equal((200, 0), (answer.Http, answer.Grpc));
        var first = StreamCheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(answer.Body.AsSpan(1))));
        Assert.Equal(ExpectedOfAllWrong("check."), first.Result.Error.FieldViolations.Select(it => (it.Field, it.Rule)));
    }

    [Fact]
    public async Task Binding_BadKeys_NameFieldsFromTheRoot()
    {
        Expect(await bad.SendAsync(RawCaller.GetBinding, Frame.Of(new GetBindingRequest())), ("key", "INPUT_MISSING"));
        Expect(await bad.SendAsync(RawCaller.GetBinding, Frame.Of(new GetBindingRequest { Key = new() })), ("key.acquirer_id", "INPUT_MISSING"), ("key.terminal", "INPUT_MISSING"));
        Expect(await bad.SendAsync(RawCaller.GetBinding, Frame.Of(new GetBindingRequest { Key = new() { AcquirerId = "x", TerminalSn = "y" } })),
            ("key.acquirer_id", "ACQ_LENGTH"), ("key.terminal_sn", "SN_LENGTH"));
        Expect(await bad.SendAsync(RawCaller.GetBinding, Frame.Of(new GetBindingRequest { Key = new() { AcquirerId = Sample.Acquirer, Numbers = new() { TerminalNo = "00000000" } } })),
            ("key.numbers.terminal_no", "TID_ALL_ZERO"), ("key.numbers.merchant_no", "INPUT_MISSING"));
    }

    private static void Expect(RawAnswer answer, params (string, string)[] violations)
    {
        Assert.Equal((200, InvalidArgument), (answer.Http, answer.Grpc));
        Assert.Equal(violations, answer.Violations);
        Assert.Equal((InvalidArgument, answer.Message), (answer.Details!.Code, answer.Details.Message));
    }

    private static CheckStatusRequest AllWrong() => new()
    {
        AcquirerId = BadInputGateway.Marker[..7], TerminalSn = BadInputGateway.Marker, TerminalNo = "00000000", MerchantNo = BadInputGateway.Marker,
        TransactionKind = (TransactionKind)77, AmountMinor = -1, Currency = 1_000, AtLeastRevision = -1, Locale = (Locale)(-4),
        Card = new() { CardClass = (CardClass)9, Fingerprint = ByteString.CopyFrom(new byte[15]) },
        Location = new() { LatitudeMicrodegrees = 90_000_001, LongitudeMicrodegrees = -180_000_001 },
        SnProof = ByteString.CopyFrom(new byte[65]), Trace = new() { BatchNo = "12345", Stan = "12345x" },
    };

    private static (string, string)[] ExpectedOfAllWrong(string parent) =>
    [
        (parent + "acquirer_id", "ACQ_LENGTH"), (parent + "terminal_sn", "SN_LENGTH"), (parent + "terminal_no", "TID_ALL_ZERO"), (parent + "merchant_no", "MID_LENGTH"),
        (parent + "transaction_kind", "ENUM_UNKNOWN"), (parent + "locale", "ENUM_UNKNOWN"), (parent + "amount_minor", "AMOUNT_NEGATIVE"),
        (parent + "currency", "CURRENCY_RANGE"), (parent + "at_least_revision", "REVISION_NEGATIVE"),
        (parent + "location.latitude_microdegrees", "LATITUDE_RANGE"), (parent + "location.longitude_microdegrees", "LONGITUDE_RANGE"),
        (parent + "sn_proof", "TOO_LONG"), (parent + "card.card_class", "ENUM_UNKNOWN"), (parent + "card.fingerprint", "FINGERPRINT_LENGTH"),
        (parent + "trace.batch_no", "TRACE_DIGITS"), (parent + "trace.stan", "TRACE_DIGITS"),
    ];
}

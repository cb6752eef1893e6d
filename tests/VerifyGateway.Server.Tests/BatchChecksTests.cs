using System.Buffers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Policies;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Batches from bytes to bytes are what the messages would have been, whatever is mixed in them.</summary>
public sealed class BatchChecksTests(ITestOutputHelper output)
{
    private static readonly Caller Caller = new("test", null, null, CallerRoles.Check | CallerRoles.Explain);

    [Fact]
    public async Task Answer_AnyMixture_IsByteForByteTheMessageOfTheResults()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var direct = await Side.StartAsync();
        await using var ordinary = await Side.StartAsync();
        var (checks, lengths) = (0, new HashSet<int>());
        for (var round = 0; round < 400; round++)
        {
            var batch = new BatchCheckStatusRequest();
            batch.Checks.AddRange(Enumerable.Range(0, random.Next(1, 80)).Select(_ => Check(random)));
            var expected = new BatchCheckStatusResponse { Results = { await ordinary.CheckAsync(batch) } };
            var actual = await direct.AnswerAsync(batch.ToByteArray());
            Assert.Equal(Convert.ToHexString(expected.ToByteArray()), Convert.ToHexString(actual));
            checks += batch.Checks.Count;
            lengths.UnionWith(expected.Results.Select(static result => result.Answer?.CalculateSize() ?? 0));
        }

        output.WriteLine($"{checks} checks, answers of {lengths.Max()} bytes and less, {direct.Plain} of them from bytes");
        // Heads of four, five and six bytes: what an answer of 125 to 128 bytes has before it.
        Assert.Superset(new HashSet<int> { 125, 126, 127, 128 }, lengths);
        Assert.InRange(direct.Plain, checks / 2, checks - 1);
    }

    [Fact]
    public async Task Answer_OddBatches_AreReadByTheGeneratedCode()
    {
        await using var side = await Side.StartAsync();
        var check = new BatchCheckStatusRequest { Checks = { Good("a") } }.ToByteArray();
        // A field that nobody knows, and a length of three bytes: read by whoever writes so.
        byte[][] odd = [[.. check, 0x10, 1], [0x0A, .. Three(check.Length - 2), .. check[2..]]];
        foreach (var batch in odd)
        {
            var answer = BatchCheckStatusResponse.Parser.ParseFrom(await side.AnswerAsync(batch));
            Assert.Equal(("a", Decision.Allow), (answer.Results.Single().Answer.CorrelationId, answer.Results[0].Answer.Decision));
        }

        byte[][] malformed = [[.. check, 0x0A, 5], [0x0A, 2, 0x0A, 0x7F], [0x0B]];
        foreach (var batch in malformed)
        {
            var fault = await Assert.ThrowsAsync<GatewayException>(async () => await side.AnswerAsync(batch));
            Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_MALFORMED"), (fault.Code, fault.Violations.Single().Rule));
        }

        foreach (var size in new[] { 0, 81 })
        {
            var batch = new BatchCheckStatusRequest { Checks = { Enumerable.Repeat(Good("x"), size) } };
            Assert.Equal("BATCH_SIZE", (await Assert.ThrowsAsync<GatewayException>(async () => await side.AnswerAsync(batch.ToByteArray()))).Violations.Single().Rule);
        }

        static byte[] Three(int length) => [(byte)(length | 0x80), 0x80, 0];
    }

    [Fact]
    public async Task Answer_LeaseEndedAndStoreDown_NeverAllows()
    {
        await using var side = await Side.StartAsync();
        var batch = new BatchCheckStatusRequest { Checks = { Good("a") } }.ToByteArray();
        Assert.Equal(Decision.Allow, BatchCheckStatusResponse.Parser.ParseFrom(await side.AnswerAsync(batch)).Results[0].Answer.Decision);
        side.GoOutOfDate();
        var result = BatchCheckStatusResponse.Parser.ParseFrom(await side.AnswerAsync(batch)).Results[0];
        Assert.Equal((CheckResult.ResultOneofCase.Error, (int)StatusCode.Unavailable), (result.ResultCase, result.Error?.Code));
    }

    private static CheckStatusRequest Good(string id) => new()
    {
        CorrelationId = id, AcquirerId = ScriptedStore.Acquirer, TerminalSn = ScriptedStore.Sn, TerminalNo = ScriptedStore.TerminalNumber,
        MerchantNo = ScriptedStore.MerchantNumber, TransactionKind = TransactionKind.Sale,
    };

    private static CheckStatusRequest Check(Random random)
    {
        var check = Good(new string('c', random.Next(65)));
        check.Locale = (Locale)random.Next(3);
        switch (random.Next(12))
        {
            case 0: check.TerminalSn = $"000057022801TEST{random.Next(3_000):D4}"; break;
            case 1: check.TerminalNo = "short"; break;
            case 2: check.Explain = true; break;
            case 3: check.AtLeastRevision = random.Next(8, 13); break;
            case 4: return new CheckStatusRequest();
            case 5: check.MerchantNo = "898440300000002"; break;
            case 6 or 7: check.Card = new PayerCard { CardClass = CardClass.Credit, ValidToMonth = 202812 }; break;
            case 8: check.CorrelationId = "标识"; break;
            default: break;
        }

        return check;
    }

    /// <summary>A system of record, copies of it and the checks, on a clock of their own.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private const string Rule = """
            {"policies": [{"id": "credit", "version": 3, "effect": "WARN", "effective_from": "2020-01-01T00:00:00+08:00", "scope": {"card_classes": ["CREDIT"]},
              "document": "Test rule", "message_zh": "提示", "message_en": "A message"}]}
            """;

        private readonly ManualTime _time = new();
        private readonly ScriptedStore _store;
        private readonly Caches _caches;
        private readonly StatusChecks _checks;
        private readonly BatchChecks _batches;

        private Side()
        {
            var metrics = Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry());
            _store = new ScriptedStore(_time);
            _caches = new Caches(
                _store, _store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { FreshForMs = 2_000 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics), _time, NullLoggerFactory.Instance);
            Assert.True(PolicyFile.TryLoad(Encoding.UTF8.GetBytes(Rule), out var policies, out _));
            _checks = new StatusChecks(_caches.Reader, new PolicyHolder(policies), new DecisionMetrics(metrics), _time);
            _batches = new BatchChecks(new PlainChecks(_checks, _caches.Reader), _checks, new LimitOptions { MaxBatchItems = 80 }, _time);
        }

        /// <summary>Results that never were messages.</summary>
        public int Plain { get; private set; }

        public static async Task<Side> StartAsync()
        {
            var side = new Side();
            await side._caches.Follower.StartAsync(CancellationToken.None);
            return side;
        }

        public ValueTask<IReadOnlyList<CheckResult>> CheckAsync(BatchCheckStatusRequest batch) =>
            _checks.CheckManyAsync([.. batch.Checks.Select(static (check, at) => (at, check))], Caller, CancellationToken.None);

        public async Task<byte[]> AnswerAsync(byte[] batch)
        {
            using var request = BatchRequest.Marshaller.ContextualDeserializer(new Payload(batch));
            var to = new Serialized();
            var answer = await _batches.AnswerAsync(request, Caller, CancellationToken.None);
            var messages = answer.Messages;
            BatchAnswer.Marshaller.ContextualSerializer(answer, to);
            Plain += BatchCheckStatusResponse.Parser.ParseFrom(to.Bytes).Results.Count - messages;
            return to.Bytes;
        }

        public void GoOutOfDate()
        {
            _store.Failure = static () => new Caching.Store.StoreUnavailableException("down");
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        public ValueTask DisposeAsync() => _caches.DisposeAsync();
    }

    private sealed class Payload(byte[] bytes) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override byte[] PayloadAsNewBuffer() => bytes;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
    }

    /// <summary>Takes a message as the framework does: its length first, then that many bytes.</summary>
    private sealed class Serialized : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();
        private int _announced = -1;
        private bool _isComplete;

        public byte[] Bytes
        {
            get
            {
                Assert.Equal((_announced, true), (_writer.WrittenCount, _isComplete));
                return _writer.WrittenSpan.ToArray();
            }
        }

        public override void SetPayloadLength(int payloadLength) => _announced = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete() => _isComplete = true;
    }
}

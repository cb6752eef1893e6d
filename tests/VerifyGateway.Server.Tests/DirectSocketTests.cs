using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using VerifyGateway.Server.Callers;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Over real connections, with every kind of header and frame: who asks cannot tell whether the direct way is there.</summary>
public sealed class DirectSocketTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int CallsUnderWay = 48;
    private const int Cases = 10_000;
    private const string Started = "grpc_server_started_total{";

    private static readonly string?[] ContentTypes =
    [
        null, "", "application/grpc+proto", "application/grpc;charset=utf-8", "Application/GRPC", "application/grpc ", "application/grpc-web", "application/json", "application/grpc+json", "application/grpcx",
    ];

    private static readonly string[] Timeouts =
    [
        "1S", "10S", "99999999H", "5000m", "1M", "1H", "00000010S", "20000000u", "99999980u", "0m", "0S", "", "S", "1", "1s", "-1S", "1.5S", "999999999S", "123456789m", "1S,1S", "1S, 2S", "+1S", "1 S", "x", "10 ", "99999999S",
    ];

    private static readonly string[] Paths =
    [
        DirectRequest.CheckStatus + "?", DirectRequest.CheckStatus + "?a=1", DirectRequest.CheckStatus + "/", "/verifygateway.v1.VerificationService/%43heckStatus", "/verifygateway.v1.VerificationService/checkstatus",
        "//verifygateway.v1.VerificationService/CheckStatus", "/verifygateway.v1.VerificationService/CheckStatus%00", "/x/../verifygateway.v1.VerificationService/CheckStatus", "/", "/verifygateway.v1.VerificationService/Nothing",
        "/verifygateway.v1.VerificationService/BatchCheckStatus", "/verifygateway.v1.VerificationService%2FCheckStatus", "/grpc.health.v1.Health/Check",
    ];

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        _rig.Load(DirectRig.AllPolicies);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Answers_OfBothServers_AreTheSameInHeadersBodiesAndTrailers()
    {
        (CallerOptions Callers, LimitOptions Limits, bool IsServed)[] kinds =
        [
            (new CallerOptions(), new LimitOptions(), true),
            (new CallerOptions { LoopbackAcquirer = DirectFleet.Acquirers[0], LoopbackRoles = CallerRoles.Check | CallerRoles.SeeConfidential }, new LimitOptions { MaxMessageBytes = 4_096 }, true),
            (new CallerOptions { LoopbackRoles = CallerRoles.ReadBindings | CallerRoles.Explain }, new LimitOptions(), false),
        ];
        foreach (var (callers, limits, isServed) in kinds)
        {
            var watch = Stopwatch.StartNew();
            var (direct, ordinary) = (await _rig.ServeAsync(isDirect: true, callers, limits), await _rig.ServeAsync(isDirect: false, callers, limits));
            var cases = isServed ? Cases : Cases / 10;
            var different = await CompareAsync(direct, ordinary, cases, callers.LoopbackAcquirer);
            Assert.True(different.Count == 0, string.Join("\n\n", different.Take(3)));
            var taken = await direct.MetricAsync(Started) - direct.OrdinaryCalls;
            output.WriteLine($"{callers.LoopbackRoles} {callers.LoopbackAcquirer}: {cases:N0} requests twice, {taken:N0} answered directly, in {watch.Elapsed.TotalSeconds:F1} s");
            Assert.True(isServed ? taken >= cases * 3 / 10 : taken == 0, $"{taken} of {cases} were answered directly");
            // Both have counted every call once, by every status.
            foreach (var series in new[] { Started, "grpc_server_handled_total{", "grpc_server_handling_seconds_count{", "verifygateway_decisions_total{", "verifygateway_served_age_seconds_count{" })
            {
                Assert.Equal(await ordinary.MetricAsync(series), await direct.MetricAsync(series));
            }

            foreach (var code in Enum.GetNames<Grpc.Core.StatusCode>())
            {
                var series = $"grpc_server_handled_total{{grpc_type=\"unary\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"CheckStatus\",grpc_code=\"{code}\"}}";
                Assert.Equal(await ordinary.MetricAsync(series), await direct.MetricAsync(series));
            }
        }
    }

    [Fact]
    public async Task Answers_OfAServerThatDiffers_AreFound()
    {
        // The same application with other settings, in which only few of the answers differ.
        var (direct, ordinary) = (await _rig.ServeAsync(isDirect: true), await _rig.ServeAsync(isDirect: false, new CallerOptions { LoopbackRoles = CallerRoles.Check | CallerRoles.Explain | CallerRoles.SeeConfidential }));
        var different = await CompareAsync(direct, ordinary, 1_000, "");
        output.WriteLine($"{different.Count} of 1,000 differ");
        Assert.InRange(different.Count, 1, 500);
    }

    /// <summary>Sends the same requests to both; what differed.</summary>
    private async Task<List<string>> CompareAsync(DirectApp direct, DirectApp ordinary, int cases, string acquirer)
    {
        // Of a caller that speaks for one acquirer, most checks are of that one.
        DirectPair[] pairs = [.. _rig.Fleet.Pairs.Where((pair, at) => acquirer.Length == 0 || pair.Acquirer == acquirer || at % 20 == 0)];
        var different = new List<string>();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, CallsUnderWay).Select(async worker =>
        {
            var random = new Random(_seed + worker);
            var messages = new DirectMessages(random, pairs);
            while (Interlocked.Increment(ref next) < cases)
            {
                var request = Request(random, messages);
                var answers = await Task.WhenAll(direct.SendAsync(request, worker), ordinary.SendAsync(request, worker));
                if (!answers[0].IsAs(answers[1]) && (IsBeyondMemory(answers[0]) || IsBeyondMemory(answers[1])))
                {
                    // A name that nobody has asked for yet: the first of the two had it from the store. Now both have it from memory.
                    answers = await Task.WhenAll(direct.SendAsync(request, worker), ordinary.SendAsync(request, worker));
                }

                if (!answers[0].IsAs(answers[1]))
                {
                    lock (different)
                    {
                        different.Add($"{request}\ndirect   {answers[0]}\nordinary {answers[1]}");
                    }
                }
            }
        }));
        return different;
    }

    private static bool IsBeyondMemory(DirectAnswer answer)
    {
        try
        {
            return answer.Body.Length > 5 && CheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Source == AnswerSource.Store;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static DirectRequest Request(Random random, DirectMessages messages)
    {
        var message = messages.Next();
        var request = new DirectRequest(Frame(message, 0, (uint)message.Length));
        if (random.Next(3) > 0)
        {
            request = request with { Headers = [("te", "trailers")] };
        }

        return random.Next(100) switch
        {
            < 66 => request,
            < 70 => request with { ContentType = ContentTypes[random.Next(ContentTypes.Length)] },
            < 76 => request with { Headers = [.. request.Headers, ("grpc-timeout", Timeouts[random.Next(Timeouts.Length)])] },
            < 80 => request with { Headers = [.. request.Headers, AnyHeader(random)] },
            < 83 => request with { Path = Paths[random.Next(Paths.Length)] },
            < 85 => request with { Method = new[] { "GET", "PUT", "OPTIONS", "HEAD", "post", "PATCH", "X" }[random.Next(7)] },
            < 95 => request with { Body = AnyBody(random, message) },
            < 98 => request with { Content = () => new PartsContent(request.Body, random.Next(1, 6)) },
            _ => request with { Body = Frame(Gzip(message), 1, null), Headers = [.. request.Headers, ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")] },
        };
    }

    private static (string Name, string Value) AnyHeader(Random random)
    {
        (string, string)[] headers =
        [
            ("grpc-encoding", "identity"), ("grpc-encoding", "gzip"), ("grpc-encoding", ""), ("grpc-encoding", "br"), ("grpc-accept-encoding", "gzip"), ("grpc-accept-encoding", "identity,deflate,gzip"),
            ("grpc-internal-encoding-request", "gzip"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "a=b"), ("authorization", "Bearer x"), ("user-agent", "grpc-go/1.60.0"),
            ("x-anything-bin", "AAAA"), ("x-anything", "1"), ("x-forwarded-for", "203.0.113.9"), ("expect", "100-continue"), ("grpc-status", "5"), ("te", "gzip"), ("accept-encoding", "gzip, br"), ("content-encoding", "gzip"),
            ("host", "another.example"), ("grpc-previous-rpc-attempts", "1"), ("x-long", new string('v', 6_000)), ("transfer-encoding", "x"), ("if-none-match", "*"), ("range", "bytes=0-1"), ("origin", "null"),
        ];
        return headers[random.Next(headers.Length)];
    }

    private static byte[] AnyBody(Random random, byte[] message)
    {
        var frame = Frame(message, 0, null);
        return random.Next(12) switch
        {
            0 => [],
            1 => frame[..random.Next(Math.Min(6, frame.Length))],
            2 => frame[..random.Next(frame.Length)],
            3 => Frame(message, 0, (uint)message.Length + 1),
            4 => Frame(message, 0, (uint)Math.Max(0, message.Length - 1)),
            5 => Frame(message, 0, random.GetItems<uint>([uint.MaxValue, 0x8000_0000, 0, 1_048_577, 4_097], 1)[0]),
            6 => Frame(message, (byte)random.Next(1, 256), null),
            7 => [.. frame, .. frame],
            8 => [.. frame, 0],
            9 => Frame([], 0, 0),
            10 => Frame([.. message, .. DirectWire.Varint((900 << 3) | 2), .. DirectWire.Varint(5_000), .. new byte[5_000]], 0, null),
            _ => random.Next(20) == 0 ? Frame([.. message, .. DirectWire.Varint((900 << 3) | 2), .. DirectWire.Varint(1_100_000), .. new byte[1_100_000]], 0, null) : Frame([.. message, .. new byte[4_097]], 0, null),
        };
    }

    private static byte[] Frame(byte[] message, byte flag, uint? claimed)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), claimed ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>A body that is sent in several pieces and whose length is not told.</summary>
    private sealed class PartsContent(byte[] body, int parts) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var size = Math.Max(1, (body.Length + parts - 1) / parts);
            for (var at = 0; at < body.Length; at += size)
            {
                await stream.WriteAsync(body.AsMemory(at, Math.Min(size, body.Length - at)));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

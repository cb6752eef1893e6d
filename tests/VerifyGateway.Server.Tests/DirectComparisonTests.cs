using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Prometheus;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Every check that the direct way answers gets, byte for byte, what the ordinary way answers it.</summary>
public sealed class DirectComparisonTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Cases = 300_000;

    private static readonly Caller[] Callers =
    [
        new("any", null, null, CallerRoles.Check | CallerRoles.Explain),
        new("any", null, null, CallerRoles.Check | CallerRoles.SeeConfidential),
        new("any", null, null, CallerRoles.Check),
        new("any", null, null, CallerRoles.Check | CallerRoles.SeeConfidential),
        new("one", Rows.Acquirer(DirectFleet.Acquirers[0]), null, CallerRoles.Check),
        new("one", Rows.Acquirer(DirectFleet.Acquirers[3]), null, CallerRoles.Check | CallerRoles.SeeConfidential | CallerRoles.Explain),
        new("terminal", Rows.Acquirer(DirectFleet.Acquirers[0]), Rows.SnOf(1), CallerRoles.Check),
    ];

    private readonly int _seed = SeedOf(output);
    private readonly CollectorRegistry _directCounts = Prometheus.Metrics.NewCustomRegistry();
    private DirectRig _rig = null!;
    private StatusChecks _ordinary = null!;
    private PlainChecks _direct = null!;

    /// <summary>Answers a check, or leaves it.</summary>
    private delegate bool Answering(byte[] message, Caller caller, Span<byte> into, out int length);

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        _ordinary = _rig.Checks(Prometheus.Metrics.NewCustomRegistry());
        _direct = new PlainChecks(_rig.Checks(_directCounts), _rig.Caches.Reader);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Answers_OfBothWays_AreTheSameBytes()
    {
        var watch = Stopwatch.StartNew();
        var random = new Random(_seed);
        var (taken, seen) = (0, new Seen());
        foreach (var (cases, policies) in new[] { (Cases / 2, DirectRig.AllPolicies), (Cases / 4, "{}"), (Cases / 4, DirectRig.Maintenance) })
        {
            _rig.Load(policies);
            taken += Compare(random, cases, AnswerDirectly, seen);
        }

        output.WriteLine($"{Cases:N0} checks, {taken:N0} answered directly, in {watch.Elapsed.TotalSeconds:F1} s");
        output.WriteLine($"reasons {string.Join(' ', seen.Reasons.Order())}\nwarnings {string.Join(' ', seen.Warnings.Order())}\n{seen.Details.Count} details, policies {string.Join(' ', seen.Policies.Order())}");
        Assert.True(taken >= Cases * 3 / 10, $"only {taken} of {Cases} were answered directly");
        Assert.Equal(taken, await DirectApp.MetricAsync(_directCounts, "verifygateway_decisions_total{"));
        Assert.True(seen.Reasons.Count >= 25 && seen.Warnings.Count >= 6 && seen.Details.Count >= 12, "the fleet shows too little");
        Assert.InRange(seen.Policies.Count, 3, 5);
        Assert.Contains(Decision.RetryLater, seen.Decisions);
    }

    [Fact]
    public void Answers_OfADirectWayThatIsWrong_AreFound()
    {
        _rig.Load(DirectRig.AllPolicies);
        // One bit of one byte; the check of a number's sign left out; a caller's acquirer not looked at; a language mixed up.
        Expect((byte[] message, Caller caller, Span<byte> into, out int length) =>
        {
            var isTaken = AnswerDirectly(message, caller, into, out length);
            into[length / 2] ^= 1;
            return isTaken;
        });
        Expect((byte[] message, Caller caller, Span<byte> into, out int length) => AnswerDirectly(Edited(message, static request => request.AmountMinor = Math.Max(0, request.AmountMinor)), caller, into, out length));
        Expect((byte[] message, Caller caller, Span<byte> into, out int length) => AnswerDirectly(message, caller with { Acquirer = null }, into, out length));
        Expect((byte[] message, Caller caller, Span<byte> into, out int length) => AnswerDirectly(Edited(message, static request => request.Locale = Locale.En), caller, into, out length));

        void Expect(Answering wrong) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Compare(new Random(_seed), 20_000, wrong, new Seen()));
    }

    internal static int SeedOf(ITestOutputHelper output)
    {
        var asked = Environment.GetEnvironmentVariable("VG_SEED");
        var seed = asked is null ? Random.Shared.Next() : int.Parse(asked, CultureInfo.InvariantCulture);
        output.WriteLine($"VG_SEED={seed}");
        return seed;
    }

    private static byte[] Edited(byte[] message, Action<CheckStatusRequest> edit)
    {
        try
        {
            var request = RequestParser.Parse<CheckStatusRequest>(message);
            edit(request);
            return request.ToByteArray();
        }
        catch (GatewayException)
        {
            return message;
        }
    }

    private bool AnswerDirectly(byte[] message, Caller caller, Span<byte> into, out int length) => _direct.TryAnswer(message, caller, _rig.Now, into, out length);

    /// <summary>Asks both ways; the number of checks that the direct one has answered.</summary>
    private int Compare(Random random, int cases, Answering answering, Seen seen)
    {
        var messages = new DirectMessages(random, _rig.Fleet.Pairs);
        // What an answer leaves there must not be in the next.
        var room = new byte[PlainAnswer.MostBytes];
        var taken = 0;
        for (var at = 0; at < cases; at++)
        {
            var message = messages.Next();
            var caller = Callers[random.Next(Callers.Length)];
            random.NextBytes(room.AsSpan(0, 64));
            if (!answering(message, caller, room, out var length))
            {
                continue;
            }

            taken++;
            var expected = AnswerOrdinarily(message, caller, at);
            Assert.True(room.AsSpan(0, length).SequenceEqual(expected.ToByteArray()), $"check {at} of {caller}: {Convert.ToHexString(message)}\ndirect   {Convert.ToHexString(room.AsSpan(0, length))}\nordinary {expected}");
            seen.Add(expected);
        }

        return taken;
    }

    private CheckStatusResponse AnswerOrdinarily(byte[] message, Caller caller, int at)
    {
        try
        {
            var answering = _ordinary.CheckAsync(RequestParser.Parse<CheckStatusRequest>(message), caller, CancellationToken.None);
            return answering.IsCompleted ? answering.GetAwaiter().GetResult() : throw new Xunit.Sdk.XunitException($"check {at} was answered directly, and is not in memory: {Convert.ToHexString(message)}");
        }
        catch (GatewayException refused)
        {
            throw new Xunit.Sdk.XunitException($"check {at} of {caller} was answered directly, and is refused with {refused.Message}: {Convert.ToHexString(message)}");
        }
    }

    /// <summary>What the answers have said, so that one knows what was compared.</summary>
    private sealed class Seen
    {
        public HashSet<Decision> Decisions { get; } = [];

        public HashSet<Reason> Reasons { get; } = [];

        public HashSet<Reason> Warnings { get; } = [];

        public HashSet<ReasonDetail> Details { get; } = [];

        public HashSet<string> Policies { get; } = [];

        public void Add(CheckStatusResponse answer)
        {
            Decisions.Add(answer.Decision);
            Reasons.UnionWith(answer.Reasons);
            Warnings.UnionWith(answer.Warnings);
            Details.Add(answer.Detail);
            if (answer.Policy is { } policy)
            {
                Policies.Add(policy.PolicyId);
            }
        }
    }
}

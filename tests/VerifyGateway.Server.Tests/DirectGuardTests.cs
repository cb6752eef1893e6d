using System.Text;
using Google.Protobuf;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using TerminalState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests;

/// <summary>What holds the direct way back, what it costs, and how long its answers are.</summary>
public sealed class DirectGuardTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly Caller Anybody = new("any", null, null, CallerRoles.Check);

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;
    private PlainChecks _direct = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed, terminals: 150);
        _direct = new PlainChecks(_rig.Checks(Prometheus.Metrics.NewCustomRegistry()), _rig.Caches.Reader);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Hit_AllocatesNothing()
    {
        var request = Full(_rig.Fleet.Good);
        var (message, room, now) = (request.ToByteArray(), new byte[PlainAnswer.MostBytes], _rig.Now);
        // Code that is not compiled in earnest yet boxes values; what a call allocates it goes on to allocate.
        await Wait.UntilAsync(() => Allocated.Least(() => Assert.True(_direct.TryAnswer(message, Anybody, now, room, out _))) == 0, "a hit to allocate nothing");
        // The control: the ordinary way of the same check does allocate.
        Assert.True(Allocated.Least(() => Assert.NotNull(CheckStatusRequest.Parser.ParseFrom(message))) > 100);
    }

    [Fact]
    public async Task Lease_HasEnded_NothingIsAnsweredDirectlyAndNothingOldIsAllowed()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var good = _rig.Fleet.Good;
        Assert.Equal(Decision.Allow, Direct(DirectRig.Request(good))!.Decision);
        // Nobody is told of the change: the copies are what they were.
        _rig.Fleet.IsDown = true;
        _rig.Fleet.Commit(good, TerminalState.Retired);
        _rig.Time.AdvanceMs(1_999);
        Assert.Equal(Decision.Allow, Direct(DirectRig.Request(good))!.Decision);
        _rig.Time.AdvanceMs(1);
        foreach (var pair in _rig.Fleet.Pairs)
        {
            Assert.Null(Direct(DirectRig.Request(pair)));
        }

        Assert.Contains("grpc-status: 14", (await app.SendAsync(new DirectRequest(Frame(DirectRig.Request(good))))).Text, StringComparison.Ordinal);
        // As of an instant at which it was valid still, the same copies are answered from: it is the lease that held them back.
        var before = new LeaseInstant(_rig.Time.GetTimestamp() - TimeSpan.TicksPerMillisecond, _rig.Time.NowUnixMs - 1);
        Assert.True(_direct.TryAnswer(DirectRig.Request(good).ToByteArray(), Anybody, before, new byte[PlainAnswer.MostBytes], out _));
    }

    [Fact]
    public void WallClock_WentOnAlone_NothingIsAnsweredDirectly()
    {
        _rig.Time.StepWallClock(TimeSpan.FromMilliseconds(1_999));
        Assert.NotNull(Direct(DirectRig.Request(_rig.Fleet.Good)));
        _rig.Time.StepWallClock(TimeSpan.FromMilliseconds(1));
        Assert.Null(Direct(DirectRig.Request(_rig.Fleet.Good)));
    }

    [Fact]
    public void Revision_ThatIsAskedFor_IsKnownOrTheCheckIsHandedOn()
    {
        var request = DirectRig.Request(_rig.Fleet.Good);
        foreach (var (revision, isTaken) in new[] { (0L, true), (_rig.Fleet.Head, true), (_rig.Fleet.Head + 1, false), (long.MaxValue, false) })
        {
            request.AtLeastRevision = revision;
            Assert.Equal(isTaken, Direct(request) is not null);
        }
    }

    [Fact]
    public async Task Change_ThatWasApplied_IsAnsweredOrHandedOn()
    {
        var good = _rig.Fleet.Good;
        _rig.Fleet.Commit(good, TerminalState.Retired);
        var request = DirectRig.Request(good);
        request.AtLeastRevision = _rig.Fleet.Head;
        await Wait.UntilAsync(() =>
        {
            _rig.Time.AdvanceMs(50);
            return Direct(request) is not null;
        }, "the change to be applied");
        Assert.Equal(Reason.TerminalRetired, Direct(DirectRig.Request(good))!.Reasons[0]);
    }

    [Fact]
    public void Caller_OfAnotherAcquirerOrOfOneTerminal_IsHandedOn()
    {
        var good = _rig.Fleet.Good;
        var other = DirectFleet.Acquirers.First(acquirer => acquirer != good.Acquirer);
        Assert.NotNull(Direct(DirectRig.Request(good), Anybody with { Acquirer = Rows.Acquirer(good.Acquirer) }));
        Assert.Null(Direct(DirectRig.Request(good), Anybody with { Acquirer = Rows.Acquirer(other) }));
        Assert.Null(Direct(DirectRig.Request(good), Anybody with { Terminal = Rows.SnOf(1) }));
    }

    [Theory]
    [InlineData(Locale.ZhCn)]
    [InlineData(Locale.En)]
    public void LongestAnswer_Fits(Locale locale)
    {
        _rig.Load(DirectRig.AllPolicies);
        var most = 0;
        foreach (var pair in _rig.Fleet.Pairs)
        {
            var request = Full(pair);
            (request.Locale, request.Card.CardClass, request.TransactionKind) = (locale, CardClass.Prepaid, TransactionKind.Sale);
            if (Direct(request) is { } answer && answer.Policy?.PolicyId == DirectRig.LongPolicy)
            {
                Assert.Equal((64, 200, 500), (answer.CorrelationId.Length, answer.Policy.Document.Length, answer.Policy.Message.Length));
                most = Math.Max(most, answer.CalculateSize());
            }
        }

        // Beside the policy: at most the numbers of an answer, all reasons twice, and a line of 40 characters.
        var reasons = Domain.Reasons.ReasonTable.All.Length;
        output.WriteLine($"longest of the answers {most} bytes, of {PlainAnswer.MostBytes}");
        Assert.InRange(most, 2_200, PlainAnswer.MostBytes);
        var bound = (66 + 2) + (2 * (3 + (2 * reasons))) + (11 * 12) + (2 + 48) + 4 + (66 + 11 + (600 + 3) + (1_500 + 3) + 4);
        Assert.True(bound <= PlainAnswer.MostBytes, $"{bound} bytes may be needed");
    }

    [Fact]
    public void AcquirerIds_ThatShareAPlace_AreReadByManyThreads()
    {
        var ids = new AcquirerIds();
        // Many more than there are places, of all lengths.
        var texts = Enumerable.Range(0, 4_000).Select(static n => new string('0', 8 + (n % 4) - n.ToString(System.Globalization.CultureInfo.InvariantCulture).Length) + n).ToArray();
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            var random = new Random(_seed + worker);
            for (var i = 0; i < 200_000; i++)
            {
                var text = texts[random.Next(random.Next(2) == 0 ? 8 : texts.Length)];
                Assert.True(ids.TryRead(Encoding.ASCII.GetBytes(text), out var id));
                Assert.Equal(text, id.ToString());
            }
        });
        foreach (var wrong in new[] { "", "0102000", "010200000000", "0102000a", "01020000 ", "0102000\0" })
        {
            Assert.False(ids.TryRead(Encoding.ASCII.GetBytes(wrong), out var none));
            Assert.Equal(default, none);
        }
    }

    private static CheckStatusRequest Full(DirectPair pair)
    {
        var request = DirectRig.Request(pair);
        (request.CorrelationId, request.TransactionKind, request.AmountMinor, request.Currency) = (new string('c', 64), TransactionKind.Sale, 12_345, 156);
        (request.AppVersion, request.SnProof, request.Trace) = ("3.2.1.0", ByteString.CopyFrom(new byte[64]), new Trace { BatchNo = "000001", Stan = "000002" });
        request.Card = new PayerCard { CardClass = CardClass.Debit, Fingerprint = ByteString.CopyFrom(new byte[32]), Check = CardCheck.Usable, ValidToMonth = 203012 };
        request.Location = new Location { LatitudeMicrodegrees = 22_543_096, LongitudeMicrodegrees = 114_057_865, Region = "440304" };
        request.Payer = new Payer { RealName = PayerCheck.Verified, AuthGrade = AuthGrade.A, DayFen = 5, DayCount = 1 };
        return request;
    }

    private static byte[] Frame(CheckStatusRequest request) => DirectWire.Frame(request.ToByteArray());

    private CheckStatusResponse? Direct(CheckStatusRequest request, Caller? caller = null)
    {
        var room = new byte[PlainAnswer.MostBytes];
        return _direct.TryAnswer(request.ToByteArray(), caller ?? Anybody, _rig.Now, room, out var length) ? CheckStatusResponse.Parser.ParseFrom(room, 0, length) : null;
    }
}

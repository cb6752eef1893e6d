using Grpc.Core;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using MerchantState = VerifyGateway.Domain.Records.MerchantState;
using TerminalState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests;

/// <summary>What a stream of checks is told unasked when a record changes, over a real connection and a real store.</summary>
public sealed class StreamPushTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private StoreServer _server = null!;
    private int _asked;
    private bool _isLast;
    private AsyncDuplexStreamingCall<StreamCheckStatusRequest, StreamCheckStatusResponse> _stream = null!;

    public async ValueTask DisposeAsync()
    {
        _stream?.Dispose();
        await (_server?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Terminal_Suspended_ItsLastCheckIsAnsweredAnewAndNoOther()
    {
        await BeginAsync();
        await AskAsync("first", 1);
        await AskAsync("second", 1);
        await AskAsync("other", 2);
        await _server.Store.PutAsync(Terminal(1, 1, TerminalState.Suspended));
        Assert.Equal(("second", true, Decision.Decline, Reason.TerminalSuspended), await NextAsync());
        // Nothing else was under way: the next message is the answer to the next question.
        await AskAsync("third", 2);
        Assert.Equal(1, await _server.MetricAsync("verifygateway_stream_pushes_total"));
    }

    [Fact]
    public async Task Merchant_Deregistered_EveryTerminalOfItThatWasAskedForIsTold()
    {
        await BeginAsync();
        await AskAsync("a", 1);
        await AskAsync("b", 2);
        await AskAsync("c", 3);
        await _server.Store.PutAsync(Merchant(1, "ID-1", MerchantState.Deregistered));
        var told = new[] { await NextAsync(), await NextAsync() };
        Assert.Equal(["a", "b"], told.Select(one => one.Id).Order());
        Assert.All(told, one => Assert.Equal((true, Decision.Decline), (one.Pushed, one.Decision)));
        await AskAsync("d", 3);
    }

    [Fact]
    public async Task Terminal_NotRegisteredWhenAskedFor_IsToldOfWhenItIs()
    {
        await BeginAsync();
        await AskAsync("early", 7, Decision.Decline);
        await _server.Store.PutAsync(Terminal(7, 1));
        Assert.Equal(("early", true, Decision.Allow, Reason.Unspecified), await NextAsync());
    }

    [Fact]
    public async Task Terminals_BeyondTheLimit_TheOneAskedForLongestAgoIsToldOfNoMore()
    {
        await BeginAsync(new LimitOptions { MaxStreamTerminals = 2 });
        await AskAsync("a", 1);
        await AskAsync("b", 2);
        await AskAsync("a again", 1);
        await AskAsync("c", 3);
        Assert.Equal(2, await _server.MetricAsync("verifygateway_stream_terminals"));
        // 2 was asked for longest ago. All three change in one write, its entry first: it would be told of before the others.
        await _server.Store.PutAsync(Terminal(2, 1, TerminalState.Suspended), Terminal(1, 1, TerminalState.Suspended), Terminal(3, 2, TerminalState.Suspended));
        Assert.Equal(["a again", "c"], new[] { (await NextAsync()).Id, (await NextAsync()).Id }.Order());
        await AskAsync("b at last", 2, Decision.Decline);
    }

    [Fact]
    public async Task Terminal_Suspended_IsToldOfByAStreamOfOneCheckAtATime()
    {
        // A stream that waits for the next check holds no place that a push needs.
        await BeginAsync(new LimitOptions { MaxStreamChecksUnderWay = 1 });
        await AskAsync("a", 1);
        await _server.Store.PutAsync(Terminal(1, 1, TerminalState.Suspended));
        Assert.Equal(("a", true, Decision.Decline, Reason.TerminalSuspended), await NextAsync());
        await AskAsync("b", 2);
    }

    [Fact]
    public async Task Pushes_TurnedOff_NothingIsTold()
    {
        await BeginAsync(new LimitOptions { MaxStreamTerminals = 0 });
        await AskAsync("a", 1);
        var written = await _server.Store.PutAsync(Terminal(1, 1, TerminalState.Suspended));
        Assert.True(await _server.Caches.Follower.WaitForAsync(written.Revision, Limit, default));
        await AskAsync("a again", 1, Decision.Decline);
        Assert.Equal(0, await _server.MetricAsync("verifygateway_stream_terminals"));
    }

    [Fact]
    public async Task Stream_Over_NoTerminalOfItIsKept()
    {
        await BeginAsync();
        await AskAsync("a", 1);
        await AskAsync("b", 2);
        Assert.Equal(2, await _server.MetricAsync("verifygateway_stream_terminals"));
        await _stream.RequestStream.CompleteAsync();
        Assert.False(await _stream.ResponseStream.MoveNext(default));
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_stream_terminals") == 0, "the stream's terminals are forgotten");
    }

    [Fact]
    public async Task Terminal_ThatChangesWhileItIsAskedForAllTheTime_TheLastMessageKnowsTheLastChange()
    {
        await BeginAsync();
        for (var round = 0; round < 20; round++)
        {
            // Checks go out and answers come in while the terminal changes.
            var states = round % 2 == 0 ? new[] { TerminalState.Active, TerminalState.Suspended } : [TerminalState.Suspended, TerminalState.Active];
            (_asked, _isLast) = (0, false);
            var changing = ChangeAsync(states);
            var asking = FloodAsync(changing);
            var (read, decision, revision) = (0, default(Decision), 0L);
            while (!Volatile.Read(ref _isLast) || read < Volatile.Read(ref _asked) || revision < await changing)
            {
                Assert.True(await _stream.ResponseStream.MoveNext(default).WaitAsync(Limit));
                var message = _stream.ResponseStream.Current;
                read += message.Pushed ? 0 : 1;
                (decision, revision) = (message.Result.Answer.Decision, message.Result.Answer.Revision);
            }

            await asking;
            Assert.Equal(states[^1] == TerminalState.Suspended ? Decision.Decline : Decision.Allow, decision);
        }
    }

    /// <summary>Commits one state after the other; the revision of the last.</summary>
    private async Task<long> ChangeAsync(TerminalState[] states)
    {
        var revision = 0L;
        foreach (var state in states)
        {
            revision = (await _server.Store.PutAsync(Terminal(1, 1, state))).Revision;
        }

        return revision;
    }

    /// <summary>Asks for the first terminal until all changes are committed, and then once more.</summary>
    private async Task FloodAsync(Task changing)
    {
        for (var isLast = false; !isLast;)
        {
            isLast = changing.IsCompleted;
            Volatile.Write(ref _asked, _asked + 1);
            Volatile.Write(ref _isLast, isLast);
            await _stream.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Check("flood", 1) }, CancellationToken.None);
        }
    }

    private async Task BeginAsync(LimitOptions? limits = null)
    {
        _server = await StoreServer.StartAsync(limits: limits);
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Merchant(2, "ID-1"), Terminal(1, 1), Terminal(2, 1), Terminal(3, 2));
        await _server.Caches.Follower.StartAsync(default);
        _stream = _server.Checks.StreamCheckStatus();
    }

    /// <summary>Asks for a terminal, and expects the answer as the next message.</summary>
    private async Task AskAsync(string id, int terminal, Decision expected = Decision.Allow)
    {
        await _stream.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Check(id, terminal) });
        var answer = await NextAsync();
        Assert.Equal((id, false, expected), (answer.Id, answer.Pushed, answer.Decision));
    }

    private static CheckStatusRequest Check(string id, int terminal) => new()
    {
        CorrelationId = id, AcquirerId = Acquirer1, TerminalSn = Sn(terminal), TerminalNo = $"T{terminal:D7}", MerchantNo = MerchantNo(terminal == 3 ? 2 : 1),
    };

    private async Task<(string Id, bool Pushed, Decision Decision, Reason Reason)> NextAsync()
    {
        Assert.True(await _stream.ResponseStream.MoveNext(default).WaitAsync(Limit), "the stream ended");
        var message = _stream.ResponseStream.Current;
        return (message.CorrelationId, message.Pushed, message.Result.Answer.Decision, message.Result.Answer.Reasons.FirstOrDefault());
    }
}

using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>What few callers do, and what happens beside them: nothing is answered that the web server would not, nor kept from it.</summary>
public sealed class FrameOddityTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly byte[] TrailerBlock = Wire.New(0x00, "x-trailer", "1");

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private FrameRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await FrameRig.StartAsync(_seed);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Connection_ThatBeginsWhileSomebodyTraces_Begins()
    {
        using (Trace())
        {
            byte[] begin = [.. Wire.Begin, .. Wire.Call(1, Wire.PlainBlock, _rig.Good)];
            await _rig.SendAsync(begin);
            // But for what is kept back of the grant.
            Assert.Equal(begin[..(Wire.Preface.Length + 9)], (await _rig.PassedAsync())[..(Wire.Preface.Length + 9)]);
        }
    }

    [Fact]
    public async Task Frame_ThatPassesInPiecesWhileSomebodyTraces_IsOneFrameAfterwards()
    {
        await _rig.LearnAsync();
        var call = Wire.Call(3, Wire.PlainBlock, _rig.Good);
        var passed = new List<byte>();
        using (Trace())
        {
            await _rig.SendAsync(call[..20]);
            passed.AddRange(await _rig.PassedAsync());
        }

        await _rig.SendAsync(call[20..]);
        passed.AddRange(await _rig.PassedAsync());
        passed.AddRange(_rig.Decisions().Count == 1 ? call : []);
        Assert.Equal(call, passed);
        await _rig.SendAsync(Wire.Call(5, Wire.PlainBlock, _rig.Good));
        await _rig.PassesAsync();
        Assert.Equal([5U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Table_ThatChangesWhileSomebodyTraces_HasChanged()
    {
        byte[] putting = [0x83, 0x86, .. Wire.Literal(0x00, 4, Wire.CheckStatus), .. Wire.New(0x40, "content-type", "application/grpc")];
        byte[] naming = [0x83, 0x86, .. Wire.Literal(0x00, 4, Wire.CheckStatus), 0xBE];
        await _rig.LearnAsync(naming);
        using (Trace())
        {
            await _rig.SendAsync(Wire.Call(3, [.. putting, .. Wire.New(0x40, "x", "y")], _rig.Good));
            await _rig.PassedAsync();
        }

        var call = Wire.Call(5, naming, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Caller_WithASmallerTable_IsTheWebServersFromThenOn()
    {
        await _rig.LearnAsync();
        byte[] settings = Wire.Frame(Wire.Settings, 0, 0, 0, 1, 0, 0, 15, 255);
        await _rig.SendAsync(settings);
        // It is granted what was kept back from it.
        await _rig.PassesAsync([.. Wire.Grant(0, 1 << 29), .. settings]);
        var call = Wire.Call(3, Wire.PlainBlock, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Caller_WithATableOfTheUsualSizeOrMore_IsAnswered()
    {
        await _rig.LearnAsync(begin: [.. Wire.Preface, .. Wire.Frame(Wire.Settings, 0, 0, 0, 1, 0, 0, 16, 0), .. Wire.Grant(0, 1 << 30)]);
        await _rig.SendAsync(Wire.Call(3, Wire.PlainBlock, _rig.Good));
        await _rig.PassesAsync();
        Assert.Equal([3U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Trailers_OfAPlainCheck_AreNotTakenForItsHeaders()
    {
        byte[] changing = [.. Wire.PlainBlock, .. Wire.New(0x40, "x", "y")];
        byte[] first = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 1, changing), .. Wire.Frame(Wire.Data, 0, 1, _rig.Good), .. Wire.Frame(Wire.Headers, Wire.EndHeaders | Wire.EndStream, 1, TrailerBlock)];
        await _rig.SendAsync([.. Wire.Begin, .. first]);
        await _rig.PassedAsync();
        // It speaks of the stream: of the headers that began it.
        _rig.Known.Confirm(1, bodyBytes: null, mayWait: true);
        var call = Wire.Call(3, TrailerBlock, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Call_BetweenHeadersAndTheirRest_IsNotAnswered()
    {
        await _rig.LearnAsync();
        byte[] torn = [.. Wire.Frame(Wire.Headers, 0, 3, Wire.PlainBlock[..9]), .. Wire.Call(5, Wire.PlainBlock, _rig.Good), .. Wire.Grant(0, 1 << 30)];
        await _rig.SendAsync(torn);
        await _rig.PassesAsync(torn);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Call_AfterHeadersAndTheirRest_IsAnswered()
    {
        await _rig.LearnAsync();
        byte[] whole = [.. Wire.Frame(Wire.Headers, 0, 3, Wire.PlainBlock[..9]), .. Wire.Frame(Wire.Continuation, Wire.EndHeaders, 3, Wire.PlainBlock[9..]), .. Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good)];
        await _rig.SendAsync([.. whole, .. Wire.Call(5, Wire.PlainBlock, _rig.Good)]);
        await _rig.PassesAsync(whole);
        Assert.Equal([5U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Calls_ThatAreHeld_GoBeforeTheCallersGoodbye()
    {
        await _rig.LearnAsync();
        byte[] held = Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock);
        byte[] goodbye = Wire.Frame(Wire.GoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        await _rig.SendAsync([.. held, .. goodbye]);
        await _rig.PassesAsync([.. held, .. goodbye]);
    }

    [Fact]
    public async Task Stream_ThatWasAnsweredAndBeginsAgain_EndsTheConnection()
    {
        await _rig.LearnAsync();
        await _rig.SendAsync([.. Wire.Call(3, Wire.PlainBlock, _rig.Good), .. Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock)]);
        // To the web server the stream has not begun: a body for it is an error of the connection, headers would be a new call.
        await _rig.PassesAsync(Wire.Frame(Wire.Data, 0, 3));
        Assert.Equal([3U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task FramesThatMayNotBe_OfAStreamThatWasAnswered_AreForTheWebServer()
    {
        await _rig.LearnAsync();
        byte[] wrong = [.. Wire.Frame(Wire.Reset, 0, 3, 1, 2, 3), .. Wire.Grant(3, 0), .. Wire.Frame(Wire.WindowUpdate, 0, 3, 1)];
        await _rig.SendAsync([.. Wire.Call(3, Wire.PlainBlock, _rig.Good), .. wrong]);
        await _rig.PassesAsync(wrong);
    }

    /// <summary>Somebody traces the application's calls, until this is disposed of.</summary>
    private ActivityListener Trace()
    {
        var source = _rig.App.Services.GetRequiredService<ActivitySource>();
        var listener = new ActivityListener { ShouldListenTo = it => ReferenceEquals(it, source) };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}

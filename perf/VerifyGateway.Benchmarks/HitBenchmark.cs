using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using VerifyGateway.Caching;
using VerifyGateway.Server.Direct;
using VerifyGateway.V1;

namespace VerifyGateway.Benchmarks;

/// <summary>
/// A check that memory answers, without sockets: by the ordinary way from message to message, by the direct one from bytes to bytes, and the
/// direct one's parts: read; read and found; read, found and judged. The rest is writing.
/// </summary>
[MemoryDiagnoser, InProcess] // A project of its own that builds the contracts again does not find their generated code.
public class HitBenchmark : IDisposable
{
    private readonly byte[] _room = new byte[PlainAnswer.MostBytes];
    private HitFleet _fleet = null!;
    private int _next;

    /// <summary>Terminals in memory: of a thousand all lines are at hand, of a million hardly any.</summary>
    [Params(1_000, 1_000_000)]
    public int Terminals { get; set; }

    private byte[] Request => _fleet.Requests[_next++ % HitFleet.Asked];

    [GlobalSetup]
    public void Prepare()
    {
        // Waited for here: the runner within the process does not wait.
        _fleet = HitFleet.MakeAsync(Terminals).GetAwaiter().GetResult();
        if (Ordinary() < 30 || Direct() < 30 || !Read() || !Find() || Judge() != 1)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _fleet.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Ordinary()
    {
        var answering = _fleet.Checks.CheckAsync(CheckStatusRequest.Parser.ParseFrom(Request), HitFleet.Anyone, CancellationToken.None);
        if (!answering.IsCompletedSuccessfully)
        {
            return 0;
        }

        var answer = answering.Result;
        var size = answer.CalculateSize();
        answer.WriteTo(_room.AsSpan(0, size));
        return answer.Decision == Decision.Allow ? size : 0;
    }

    [Benchmark]
    public int Direct() => _fleet.Plain.TryAnswer(Request, HitFleet.Anyone, HitFleet.Now, _room, out var length) ? length : 0;

    [Benchmark]
    public bool Read()
    {
        PlainCheck check = default;
        return _fleet.Plain.TryRead(Request, HitFleet.Anyone, ref check, out _);
    }

    [Benchmark]
    public bool Find()
    {
        var request = Request;
        PlainCheck check = default;
        HeldRecords held = default;
        return _fleet.Plain.TryRead(request, HitFleet.Anyone, ref check, out var hashes)
            && _fleet.Records.TryFindHeld(check.TerminalIn(request), check.MerchantIn(request), hashes, 0, HitFleet.Now, ref held);
    }

    [Benchmark]
    public int Judge()
    {
        var request = Request;
        var now = HitFleet.Now;
        PlainCheck check = default;
        HeldRecords held = default;
        return _fleet.Plain.TryRead(request, HitFleet.Anyone, ref check, out var hashes)
            && _fleet.Records.TryFindHeld(check.TerminalIn(request), check.MerchantIn(request), hashes, 0, now, ref held)
                ? (int)_fleet.Checks.Judge(check.Query, HitFleet.Anyone, held.Terminal, held.Merchant, held.Facts, now.UnixMs, steps: null).Verdict.Decision
                : 0;
    }
}

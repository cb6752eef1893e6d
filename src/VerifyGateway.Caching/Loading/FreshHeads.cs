using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Loading;

/// <summary>The head of the feed by a read that began after it was asked for (C5), shared by those who ask meanwhile. Safe from any thread.</summary>
internal sealed class FreshHeads
{
    private readonly IChangeFeed _feed;
    private readonly Lease _clock;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly NextRead<HeadProof> _reads;

    public FreshHeads(IChangeFeed feed, Lease clock, TimeSpan limit, TimeProvider time)
    {
        (_feed, _clock, _limit, _time) = (feed, clock, limit, time);
        _reads = new(ReadAsync);
    }

    /// <summary>False only in the negative control of a test: then the head is not asked for, and any copy is as new as it.</summary>
    internal bool Asks { get; init; } = true;

    /// <summary>Reads the head.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public Task<HeadProof> AfterNowAsync(CancellationToken cancel) => _reads.AfterNowAsync(cancel);

    private async Task<HeadProof> ReadAsync()
    {
        var began = _clock.Now();
        if (!Asks)
        {
            return new HeadProof(0, began.UnixMs);
        }

        using var limited = new CancellationTokenSource(_limit, _time);
        try
        {
            return new HeadProof(await _feed.ReadHeadAsync(limited.Token).AsTask().WaitAsync(limited.Token), began.UnixMs);
        }
        catch (OperationCanceledException)
        {
            throw new StoreUnavailableException($"The system of record did not give the feed's head within {_limit.TotalMilliseconds:F0} ms.");
        }
    }
}

/// <summary>The feed's head, and when the read that found it began.</summary>
/// <param name="Head">The head.</param>
/// <param name="BeganUnixMs">When the read began, Unix milliseconds.</param>
internal readonly record struct HeadProof(long Head, long BeganUnixMs);

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>Holders freeze their merchants at the first gateway while checks go to all of them; each answer is judged by the ledger.</summary>
internal sealed class FreezeLoad : IDisposable
{
    /// <summary>Answers by what the ledger says of them; the second and the last have failed.</summary>
    public const string Allowed = "ALLOW, not frozen";
    public const string Unexpected = "DECLINE, not frozen";
    public const string Within = "within the bound";
    public const string Held = "DECLINE, after the bound";
    public const string Stale = "STALE ALLOW, after the bound";

    private const int FreezesPerSecond = 2;

    /// <summary>Half of the checks are of terminals whose freeze is near, before or after.</summary>
    private const int Near = 10;

    private readonly LoadSession _session;
    private readonly ConcurrentQueue<HoldEntry> _placed = new();
    private readonly TimeSpan _freezing;
    private readonly FreezeLedger _ledger;
    private readonly Holds _holds;
    private int _next = -1;

    public FreezeLoad(LoadSession session)
    {
        var (options, bound) = (session.Options, TimeSpan.FromMilliseconds(session.Options.BoundMs));

        // The last freezes get the time in which their bound is over.
        _freezing = TimeSpan.FromSeconds(Math.Max(options.Duration.TotalSeconds / 2, (options.Duration - bound).TotalSeconds - 1));
        _ledger = new FreezeLedger(options.First, Math.Min(options.Terminals, (int)(FreezesPerSecond * _freezing.TotalSeconds) + 1), bound);
        (_session, _holds) = (session, new Holds(session));
    }

    /// <summary>There is no stale ALLOW, and the bound of some freezes was over.</summary>
    public Threshold[] Promise =>
    [
        Threshold.Create(stats => !stats.Fail.StatusCodes.Exists(Stale), abortWhenErrorCount: 1),
        Threshold.Create(stats => stats.Ok.StatusCodes.Exists(Held), startCheckAfter: _session.Options.Duration),
    ];

    /// <summary>The freezes, as a scenario beside the checks; lifted at the end.</summary>
    public ScenarioProps Freezes() => _session.Describe("freezes", FreezeAsync, LoadSession.PerSecond(FreezesPerSecond, _freezing)).WithClean(_ => LiftAsync());

    /// <summary>A check, half of the time of a terminal whose freeze is near.</summary>
    public Task<IResponse> AskAsync(IScenarioContext context)
    {
        var next = Volatile.Read(ref _next);
        var terminal = context.Random.Next(2) == 0 ? _session.Options.First + Math.Max(0, next + context.Random.Next(-Near, Near)) : _session.Any(context);
        return Checks.AskAsync(context, _session.Connections, _session.Options, terminal, (answer, began) => Judge(terminal, answer, began));
    }

    /// <summary>What the ledger has seen.</summary>
    public string[] Notes(LoadOutcome outcome) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{_placed.Count} freezes; after each one's commit and {_session.Options.BoundMs:N0} ms: {outcome.CountOf(Held):N0} checks declined, **{outcome.CountOf(Stale)} allowed**"),
        _ledger.LongestAllowed == TimeSpan.Zero
            ? "no check that began after the answer to its freeze was allowed"
            : string.Create(CultureInfo.InvariantCulture, $"the latest ALLOW was of a check that began {_ledger.LongestAllowed.TotalMilliseconds:0.0} ms after the answer to its freeze"),
    ];

    public void Dispose() => _holds.Dispose();

    private Response<object> Judge(int terminal, CheckStatusResponse answer, long began)
    {
        var isAllowed = answer.Decision == Decision.Allow;
        return (_ledger.Of(terminal, began, isAllowed), isAllowed) switch
        {
            (FreezeLedger.Meaning.NotFrozen, true) => Response.Ok(statusCode: Allowed),
            (FreezeLedger.Meaning.NotFrozen, false) => Response.Fail(statusCode: Unexpected, message: Checks.CodeOf(answer)),
            (FreezeLedger.Meaning.WithinBound, _) => Response.Ok(statusCode: Within),
            (_, false) => Response.Ok(statusCode: Held),
            _ => Response.Fail(statusCode: Stale, message: $"terminal {terminal}, source {answer.Source}, revision {answer.Revision}"),
        };
    }

    private async Task<IResponse> FreezeAsync(IScenarioContext context)
    {
        if (!LoadSession.IsCounted(context))
        {
            return Response.Ok();
        }

        var terminal = _session.Options.First + Interlocked.Increment(ref _next);
        return await Step.Run("freeze", context, async () =>
        {
            _ledger.Ask(terminal);
            var placed = await _holds.PlaceAsync(terminal);
            if (placed.Payload.IsSome())
            {
                _ledger.Answered(terminal, Stopwatch.GetTimestamp());
                _placed.Enqueue(placed.Payload.Value);
            }

            return placed;
        });
    }

    /// <summary>A gateway of somebody else's keeps its fleet: it gets it back as it was.</summary>
    private async Task LiftAsync()
    {
        if (_session.Options.Addresses.Count > 0)
        {
            foreach (var hold in _placed)
            {
                await _holds.LiftAsync(hold);
            }
        }
    }
}

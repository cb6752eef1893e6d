using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using NBomber.Contracts;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests.Scenarios;

/// <summary>The promise, under load: holders freeze their merchants at one gateway while checks go to all of them.</summary>
internal sealed class FreezeScenario : LoadScenario
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

    private readonly ConcurrentQueue<HoldEntry> _placed = new();
    private int _next = -1;

    public override string Name => "freeze-under-load";

    public override string Summary =>
        "Checks at all gateways while holders freeze their merchants at the first, two a second. Counts ALLOWs of checks that began after the freeze's commit and the bound: there must be none.";

    public override LoadOptions Defaults => new() { Terminals = 10_000, Rate = 500, Duration = TimeSpan.FromMinutes(2), Gateways = 2, P99Ms = 100 };

    public override async Task<LoadOutcome> RunAsync(LoadSession session)
    {
        var (options, bound) = (session.Options, TimeSpan.FromMilliseconds(session.Options.BoundMs));

        // The last freezes get the time in which their bound is over.
        var freezing = TimeSpan.FromSeconds(Math.Max(options.Duration.TotalSeconds / 2, (options.Duration - bound).TotalSeconds - 1));
        var ledger = new FreezeLedger(options.First, Math.Min(options.Terminals, (int)(FreezesPerSecond * freezing.TotalSeconds) + 1), bound);
        using var holds = new Holds(session);
        var outcome = await session.RunAsync(Name, "checks",
            session.Describe("checks", context => AskAsync(context, session, ledger), LoadSession.PerSecond(options.Rate, options.Duration))
                .WithThresholds([
                    .. session.Objective(), Threshold.Create(stats => !stats.Fail.StatusCodes.Exists(Stale), abortWhenErrorCount: 1),
                    Threshold.Create(stats => stats.Ok.StatusCodes.Exists(Held), startCheckAfter: options.Duration),
                ]),
            session.Describe("freezes", context => FreezeAsync(context, session, ledger, holds), LoadSession.PerSecond(FreezesPerSecond, freezing))
                .WithThresholds(Threshold.Create(stats => stats.Fail.Request.Count == 0))
                .WithClean(_ => LiftAsync(session, holds)));
        return outcome with
        {
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture, $"{_placed.Count} freezes; after each one's commit and {options.BoundMs:N0} ms: {outcome.CountOf(Held):N0} checks declined, **{outcome.CountOf(Stale)} allowed**"),
                ledger.LongestAllowed == TimeSpan.Zero
                    ? "no check that began after the answer to its freeze was allowed"
                    : string.Create(CultureInfo.InvariantCulture, $"the latest ALLOW was of a check that began {ledger.LongestAllowed.TotalMilliseconds:0.0} ms after the answer to its freeze"),
            ],
        };
    }

    /// <summary>Half of the time a terminal whose freeze is near, else any.</summary>
    private int Terminal(IScenarioContext context, LoadSession session)
    {
        var next = Volatile.Read(ref _next);
        return context.Random.Next(2) == 0 ? session.Options.First + Math.Max(0, next + context.Random.Next(-Near, Near)) : session.Any(context);
    }

    private Task<IResponse> AskAsync(IScenarioContext context, LoadSession session, FreezeLedger ledger)
    {
        var terminal = Terminal(context, session);
        return Checks.AskAsync(context, session.Connections, session.Options, terminal, (answer, began) => Judge(ledger, terminal, answer, began));
    }

    private static Response<object> Judge(FreezeLedger ledger, int terminal, CheckStatusResponse answer, long began)
    {
        var isAllowed = answer.Decision == Decision.Allow;
        return (ledger.Of(terminal, began, isAllowed), isAllowed) switch
        {
            (FreezeLedger.Meaning.NotFrozen, true) => Response.Ok(statusCode: Allowed),
            (FreezeLedger.Meaning.NotFrozen, false) => Response.Fail(statusCode: Unexpected, message: Checks.CodeOf(answer)),
            (FreezeLedger.Meaning.WithinBound, _) => Response.Ok(statusCode: Within),
            (_, false) => Response.Ok(statusCode: Held),
            _ => Response.Fail(statusCode: Stale, message: $"terminal {terminal}, source {answer.Source}, revision {answer.Revision}"),
        };
    }

    private async Task<IResponse> FreezeAsync(IScenarioContext context, LoadSession session, FreezeLedger ledger, Holds holds)
    {
        if (!LoadSession.IsCounted(context))
        {
            return Response.Ok();
        }

        var terminal = session.Options.First + Interlocked.Increment(ref _next);
        return await Step.Run("freeze", context, async () =>
        {
            ledger.Ask(terminal);
            var placed = await holds.PlaceAsync(terminal);
            if (placed.Payload.IsSome())
            {
                ledger.Answered(terminal, Stopwatch.GetTimestamp());
                _placed.Enqueue(placed.Payload.Value);
            }

            return placed;
        });
    }

    /// <summary>A gateway of somebody else's keeps its fleet: it gets it back as it was.</summary>
    private async Task LiftAsync(LoadSession session, Holds holds)
    {
        if (session.Options.Addresses.Count > 0)
        {
            foreach (var hold in _placed)
            {
                await holds.LiftAsync(hold);
            }
        }
    }
}

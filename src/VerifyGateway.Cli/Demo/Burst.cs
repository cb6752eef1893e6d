using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.V1;
using DomainKind = VerifyGateway.Domain.Deciding.TransactionKind;
using Reason = VerifyGateway.Domain.Reasons.Reason;

namespace VerifyGateway.Cli.Demo;

/// <summary>What one check was answered with.</summary>
/// <param name="Reason">The first reason; OK when allowed.</param>
/// <param name="Source">Where the records came from.</param>
/// <param name="LatencyMs">From sending to the answer, milliseconds.</param>
/// <param name="Surprise">Null when the verdict was the expected one; otherwise what was expected and what came.</param>
internal readonly record struct BurstAnswer(Reason Reason, AnswerSource Source, double LatencyMs, string? Surprise);

/// <summary>
/// A burst of checks as a fleet sends them: few terminals often, most seldom (Zipf, exponent 1), every kind of transaction, so
/// many at a time, over one connection to each gateway in turn. The same seed sends the same checks.
/// </summary>
internal sealed class Burst(IReadOnlyList<VerificationService.VerificationServiceClient> gateways, IReadOnlyList<DemoTerminal> terminals, int seed)
{
    private const int AtATime = 64;

    /// <summary>Kinds by their share of a hundred.</summary>
    private static readonly (DomainKind Kind, int Share)[] Kinds =
    [
        (DomainKind.Sale, 70), (DomainKind.PreAuth, 3), (DomainKind.PreAuthCompletion, 3), (DomainKind.Refund, 4), (DomainKind.Void, 3),
        (DomainKind.Reversal, 3), (DomainKind.Balance, 4), (DomainKind.SignIn, 7), (DomainKind.BatchSettlement, 3),
    ];

    /// <summary>Sends the checks and returns the answers with the time that all of them took.</summary>
    public async Task<(IReadOnlyCollection<BurstAnswer> Answers, TimeSpan Took)> RunAsync(int checks, CancellationToken cancel)
    {
        var random = new Random(seed);
        var plan = new (VerificationService.VerificationServiceClient Gateway, DemoTerminal Terminal, DomainKind Kind)[checks];
        for (var i = 0; i < checks; i++)
        {
            plan[i] = (gateways[i % gateways.Count], Pick(random), PickKind(random.Next(100)));
        }

        var answers = new ConcurrentBag<BurstAnswer>();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel },
            async (check, cancel) => answers.Add(await AskAsync(check.Gateway, check.Terminal, check.Kind, cancel)));
        return (answers, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>The request of a terminal for a kind of transaction.</summary>
    public static CheckStatusRequest Request(DemoTerminal terminal, DomainKind kind) => new()
    {
        AcquirerId = terminal.Acquirer,
        TerminalSn = terminal.Sn,
        TerminalNo = terminal.TerminalNo,
        MerchantNo = terminal.MerchantNo,
        TransactionKind = (TransactionKind)kind,
        AmountMinor = 12_300,
        Currency = 156,
    };

    private static async ValueTask<BurstAnswer> AskAsync(
        VerificationService.VerificationServiceClient gateway, DemoTerminal terminal, DomainKind kind, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var expected = terminal.Expected(kind);
        try
        {
            var answer = await gateway.CheckStatusAsync(Request(terminal, kind), cancellationToken: cancel);
            var reason = answer.Reasons.Count == 0 ? Reason.Ok : (Reason)answer.Reasons[0];
            var isExpected = reason == expected && answer.Decision == (expected == Reason.Ok ? V1.Decision.Allow : V1.Decision.Decline)
                && answer.De39 == ReasonTable.Of(expected).De39;
            return new BurstAnswer(reason, answer.Source, Stopwatch.GetElapsedTime(began).TotalMilliseconds,
                isExpected ? null : $"{terminal.Sn} {kind}: expected {ReasonTable.Of(expected).Code}, got {answer.Decision} {reason} DE39 {answer.De39}");
        }
        catch (RpcException fault)
        {
            return new BurstAnswer(Reason.GatewayUnavailable, AnswerSource.Unspecified, Stopwatch.GetElapsedTime(began).TotalMilliseconds,
                $"{terminal.Sn} {kind}: expected {ReasonTable.Of(expected).Code}, got {fault.StatusCode} {fault.Status.Detail}");
        }
    }

    /// <summary>Rank by Zipf's law with exponent 1 (the inverse of its distribution is a power of the fleet's size), then a fixed shuffle.</summary>
    private DemoTerminal Pick(Random random)
    {
        var rank = (long)Math.Pow(terminals.Count, random.NextDouble());
        return terminals[(int)(rank * 2_654_435_761L % terminals.Count)];
    }

    private static DomainKind PickKind(int percent)
    {
        foreach (var (kind, share) in Kinds)
        {
            percent -= share;
            if (percent < 0)
            {
                return kind;
            }
        }

        return DomainKind.Sale;
    }
}

using System.Diagnostics;
using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.V1;
using DomainKind = VerifyGateway.Domain.Deciding.TransactionKind;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using Reason = VerifyGateway.Domain.Reasons.Reason;

namespace VerifyGateway.Cli.Demo;

/// <summary>
/// Freezes one merchant in the system of record, as its holder would, and asks for its terminal: one gateway with the revision of the
/// write, which must see it at once, the other without, until its answer changes. The hold is written from this process, so that the
/// gateways hear of it only as they hear of every other process's writes.
/// </summary>
internal static class FreezeStep
{
    /// <summary>Twice the gateway's bound on old knowledge: the other half is for a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Runs the step; false when the terminal was still allowed after twice the gateway's bound.</summary>
    public static async Task<bool> RunAsync(
        VerificationService.VerificationServiceClient client, VerificationService.VerificationServiceClient second, DemoTerminal terminal, string storePath, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        var before = await client.CheckStatusAsync(Burst.Request(terminal, DomainKind.Sale), cancellationToken: cancel);
        await second.CheckStatusAsync(Burst.Request(terminal, DomainKind.Sale), cancellationToken: cancel);
        await output.WriteLineAsync($"Terminal {terminal.Sn} of merchant {terminal.MerchantNo} before the freeze: {Told(before)}");

        var revision = await PlaceHoldAsync(terminal, storePath, time, cancel);
        var committed = Stopwatch.GetTimestamp();
        var asking = Burst.Request(terminal, DomainKind.Sale);
        asking.AtLeastRevision = revision;
        var next = await client.CheckStatusAsync(asking, cancellationToken: cancel);
        await output.WriteLineAsync($"The holder freezes the merchant. The next check, by a caller who names that write (revision {revision}): {Told(next)}");
        while (next.Decision == V1.Decision.Decline && Stopwatch.GetElapsedTime(committed) < Limit)
        {
            var answer = await second.CheckStatusAsync(Burst.Request(terminal, DomainKind.Sale), cancellationToken: cancel);
            if (answer.Decision == V1.Decision.Decline)
            {
                var took = Stopwatch.GetElapsedTime(committed).TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
                await output.WriteLineAsync($"By callers of the other gateway who know nothing of it, {took} s after the commit: {Told(answer)}");
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
        }

        await output.WriteLineAsync($"The merchant was frozen {Limit.TotalSeconds:F0} s ago and its terminal is still allowed.");
        return false;
    }

    private static string Told(CheckStatusResponse answer) =>
        $"{answer.Decision}, {(answer.Reasons.Count == 0 ? "OK" : ReasonTable.Of((Reason)answer.Reasons[0]).Code)}, DE39 {answer.De39}, {answer.Prompt}";

    /// <summary>Returns the revision of the write.</summary>
    private static async Task<long> PlaceHoldAsync(DemoTerminal terminal, string storePath, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!AcquirerId.TryParse(terminal.Acquirer, out var acquirer, out _) || !MerchantNo.TryParse(terminal.MerchantNo, out var merchant, out _)
            || !EntityId.TryParse(string.Create(CultureInfo.InvariantCulture, $"DEMO-{now}"), out var id, out _))
        {
            throw new FormatException($"The fleet file's terminal {terminal.Sn} has identifiers that are not well formed.");
        }

        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = storePath, CreateIfMissing = false }, time);
        return (await store.PutAsync("vgctl demo", [new HoldRow(acquirer, id, HoldKind.Holder, HoldSubject.Merchant(merchant), now, 0)], cancel)).Head;
    }
}

using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>Finds bindings of one point in the past, within a snapshot of a reader's connection.</summary>
internal sealed class PastReader(SqliteConnection connection, AsOf point, long head) : IDisposable
{
    private readonly Statement _bySn = new(connection, PastRecords.BySn(point));
    private readonly Statement _byNumbers = new(connection, PastRecords.ByNumbers(point));
    private readonly Statement _merchant = new(connection, PastRecords.Merchant(point));

    /// <summary>The binding; null when there was none.</summary>
    public BindingView? Find(BindingLookup lookup)
    {
        var acquirer = lookup.Acquirer.ToString();
        var find = lookup.Sn is { } sn
            ? _bySn.With(acquirer).With(sn.ToString())
            : _byNumbers.With(acquirer).With(lookup.MerchantNo.ToString()).With(lookup.TerminalNo.ToString());
        find.With(PastRecords.Number(point));
        var candidates = new List<(TerminalRecord Record, long Revision)>();
        while (find.Read())
        {
            candidates.Add((RecordRows.TerminalOf(find, 0, head)!.Value, find.Number(1)));
        }

        if (PastRecords.Best(candidates) is not { } best)
        {
            return null;
        }

        var (terminal, revision) = best;
        RecordRows.RequireNamed(lookup, terminal);
        return _merchant.With(acquirer).With(terminal.MerchantNo.ToString()).With(PastRecords.Number(point)).One(
            row =>
            {
                var merchant = RecordRows.MerchantOf(row, 0, head)!.Value;
                RecordRows.RequireSame(terminal, merchant);
                return new BindingView(terminal, merchant, row.Text(2), row.Text(3), Math.Max(revision, row.Number(1))) { TerminalRevision = revision, MerchantRevision = row.Number(1) };
            }, new BindingView(terminal, null, "", "", revision) { TerminalRevision = revision });
    }

    public void Dispose()
    {
        _bySn.Dispose();
        _byNumbers.Dispose();
        _merchant.Dispose();
    }
}

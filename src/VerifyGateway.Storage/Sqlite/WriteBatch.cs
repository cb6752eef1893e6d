using System.Globalization;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// The writes of one transaction, valid only inside the call that hands it out, on its thread. A row that is already as wanted
/// is left alone. A refused row does not end the call, so that a loader can name all of them, but the batch is then never committed.
/// </summary>
public sealed class WriteBatch
{
    private const int ConstraintFailed = 19;
    private const int ForeignKeyFailed = 787;
    private const int UniqueFailed = 2067;
    private const int TriggerRaised = 1811;

    private readonly WriterConnection _to;
    private readonly ChangedRecords _changed;
    private readonly CancellationToken _cancel;

    internal WriteBatch(WriterConnection to, CancellationToken cancel)
    {
        _to = to;
        _cancel = cancel;
        _changed = new ChangedRecords(to);
        Bulk = new BulkRows(to, this, _changed);
    }

    /// <summary>The same writes for many rows, most of them new.</summary>
    internal BulkRows Bulk { get; }

    /// <summary>The import's own line about how far it has come.</summary>
    internal ImportProgressRows Progress => new(_to);

    /// <summary>True to commit what was not refused; otherwise one refusal ends the whole batch.</summary>
    internal bool MayLeaveOut { get; set; }

    /// <summary>The first refusal; a batch that has one is not committed.</summary>
    internal WriteRefusedException? FirstRefusal { get; private set; }

    /// <summary>Writes an acquirer.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void UpsertAcquirer(AcquirerRow row) => Write(() => _to.PutAcquirer.Execute(row.Id.ToString(), row.NameCode.ToString(), (byte)row.Kind));

    /// <summary>Writes a settlement card of an identity that is in the store.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void UpsertCard(CardRow row) => Write(() =>
        _to.PutCard.Execute(row.Acquirer.ToString(), row.Fingerprint.ToBytes(), row.FingerprintKey.ToString(), row.Mask.ToString(), row.Identity.ToString()));

    /// <summary>Writes an identity; the records of its merchants follow.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void UpsertIdentity(IdentityRow row) => Write(() =>
    {
        var (acquirer, id, mask) = (row.Acquirer.ToString(), row.Id.ToString(), row.HolderMask.ToString());
        var documentValidTo = row.DocumentValidTo?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (subject, hash, hashKey) = ((byte)(row.Subject ?? 0), row.DocumentHash.ToBytes(), row.DocumentHashKey.ToString());
        Statement put;
        using (var old = _to.FindIdentity.Query(acquirer, id))
        {
            var exists = old.Read();
            if (exists && old.GetInt64(0) == (byte)row.State && old.GetInt64(1) == row.ReverifyByUnixMs
                && TextOrNull(old, 2) == documentValidTo && old.GetString(3) == mask
                && old.GetInt64(4) == subject && IsSame(old, 5, hash) && old.GetString(6) == hashKey)
            {
                return;
            }

            put = exists ? _to.UpdateIdentity : _to.InsertIdentity;
        }

        put.Execute(acquirer, id, (byte)row.State, row.ReverifyByUnixMs, documentValidTo, mask, subject, hash, hashKey);
        _changed.OfIdentity(row.Acquirer, row.Id.ToString());
    });

    /// <summary>Writes a merchant of an identity that is in the store.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void UpsertMerchant(MerchantRow row) => Write(() =>
    {
        var (acquirer, no, identity, mask) = (row.Key.Acquirer.ToString(), row.Key.No.ToString(), row.Identity.ToString(), row.SettlementCardMask.ToString());
        var (kind, region, mcc, accountClass, card) = ((byte)(row.Kind ?? 0), row.Region.ToString(), row.Category.ToString(), (byte)(row.AccountClass ?? 0), row.Card.ToBytes());
        Statement put;
        using (var old = _to.FindMerchant.Query(acquirer, no))
        {
            var exists = old.Read();
            if (exists && old.GetString(0) == identity && old.GetInt64(1) == (byte)row.State && old.GetString(2) == mask
                && old.GetInt64(3) == kind && old.GetString(4) == region && old.GetString(5) == mcc && old.GetInt64(6) == accountClass && IsSame(old, 7, card))
            {
                return;
            }

            put = exists ? _to.UpdateMerchant : _to.InsertMerchant;
        }

        put.Execute(acquirer, no, identity, (byte)row.State, mask, kind, region, mcc, accountClass, card);
        _changed.Merchant(row.Key);
    });

    /// <summary>Writes a terminal of a merchant that is in the store. To move a device, end its old binding first.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void UpsertTerminal(TerminalRow row) => Write(() =>
    {
        var (acquirer, sn, terminalNo, merchantNo) = (row.Key.Acquirer.ToString(), row.Key.Sn.ToString(), row.TerminalNo.ToString(), row.MerchantNo.ToString());
        Statement put;
        using (var old = _to.FindTerminal.Query(acquirer, sn))
        {
            var exists = old.Read();
            if (exists && old.GetString(0) == terminalNo && old.GetString(1) == merchantNo && old.GetInt64(2) == (byte)row.State)
            {
                return;
            }

            put = exists ? _to.UpdateTerminal : _to.InsertTerminal;
        }

        put.Execute(acquirer, sn, terminalNo, merchantNo, (byte)row.State);
        _changed.Terminal(row.Key);
    });

    /// <summary>Places a hold, or gives one that stands other times; kind and target never change.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void PlaceHold(HoldRow row) => Write(() =>
    {
        var (acquirer, id) = (row.Acquirer.ToString(), row.Id.ToString());
        var identity = row.On.Target == HoldTarget.Identity ? row.On.Key : null;
        var merchant = row.On.Target == HoldTarget.Merchant ? row.On.Key : null;
        var terminal = row.On.Target == HoldTarget.Terminal ? row.On.Key : null;
        bool exists;
        using (var old = _to.FindHold.Query(acquirer, id))
        {
            exists = old.Read();
            if (exists && (old.GetInt64(0) != (byte)row.Kind || TextOrNull(old, 1) != identity || TextOrNull(old, 2) != merchant || TextOrNull(old, 3) != terminal))
            {
                throw new WriteRefusedException("STORE_HOLD_CHANGED", "A hold of this id exists with another kind or on something else; kind and target of a hold never change.");
            }

            if (exists && old.GetInt64(4) == row.EffectiveAtUnixMs && old.GetInt64(5) == row.UntilUnixMs && old.GetBoolean(6) == row.RefundsPass)
            {
                return;
            }
        }

        _ = exists
            ? _to.UpdateHold.Execute(acquirer, id, row.EffectiveAtUnixMs, row.UntilUnixMs, row.RefundsPass ? 1 : 0)
            : _to.InsertHold.Execute(acquirer, id, (byte)row.Kind, identity, merchant, terminal, row.EffectiveAtUnixMs, row.UntilUnixMs, row.RefundsPass ? 1 : 0);
        _changed.OfHold(row);
    });

    /// <summary>Packs what has changed and writes it to the feed; the transaction's last statements.</summary>
    internal WriteResult Finish(long nowUnixMs) => _changed.WriteToFeed(nowUnixMs);

    /// <summary>What to throw for a failed statement; notes the refusal of a row.</summary>
    internal Exception Refusal(SqliteException failed)
    {
        if (failed.SqliteErrorCode != ConstraintFailed)
        {
            return new StoreUnavailableException($"Writing failed: {failed.Message}", failed);
        }

        var refusal = Explain(failed);
        FirstRefusal ??= refusal;
        return refusal;
    }

    private static bool IsSame(SqliteDataReader row, int column, byte[]? bytes) =>
        row.IsDBNull(column) ? bytes is null : bytes is not null && row.GetFieldValue<byte[]>(column).AsSpan().SequenceEqual(bytes);

    private static string? TextOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private void Write(Action write)
    {
        _cancel.ThrowIfCancellationRequested();
        if (!_to.IsInTransaction)
        {
            // What was written now would be committed on its own, without an entry in the feed.
            throw new StoreUnavailableException("The write's transaction has ended.");
        }

        try
        {
            write();
        }
        catch (SqliteException failed)
        {
            throw Refusal(failed);
        }
        catch (WriteRefusedException refused)
        {
            FirstRefusal ??= refused;
            throw;
        }
    }

    private static WriteRefusedException Explain(SqliteException failed) => failed.SqliteExtendedErrorCode switch
    {
        ForeignKeyFailed or TriggerRaised =>
            new WriteRefusedException("STORE_REFERENCE", "The identity, card, merchant or terminal that the row refers to is not in the store.", failed),
        UniqueFailed when failed.Message.Contains("merchant_no", StringComparison.Ordinal) =>
            new WriteRefusedException("STORE_NUMBERS_LIVE", "Another live terminal of the merchant has this terminal number; end its binding first.", failed),
        UniqueFailed => new WriteRefusedException("STORE_SN_LIVE", "The device of this serial number has a live binding already; end that binding first.", failed),
        _ => new WriteRefusedException("STORE_CHECK", $"The row breaks a rule of the database ({failed.Message.TrimEnd('.', '\'')}').", failed),
    };
}

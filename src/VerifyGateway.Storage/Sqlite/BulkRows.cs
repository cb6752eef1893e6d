using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// The writes of one transaction of a load, in which most rows are new. A new row of which everything is known is inserted whole,
/// packed record and revision included, in place of the six statements of an ordinary write; every other row goes the ordinary
/// way. What stands in the store afterwards is the same either way.
/// </summary>
internal sealed class BulkRows(WriterConnection to, WriteBatch rows, ChangedRecords changed)
{
    private readonly HashSet<(AcquirerId Acquirer, HoldTarget Target, string Key)> _held = [];
    private readonly Dictionary<(AcquirerId Acquirer, EntityId Id), IdentityRow> _newIdentities = [];

    /// <summary>The writer's clock, Unix milliseconds; stands in the feed.</summary>
    public long NowUnixMs { get; set; }

    /// <summary>Says that a hold will follow, so that the record that carries it is packed once, at the end, and not twice.</summary>
    public void Expect(HoldRow hold) => _held.Add((hold.Acquirer, hold.On.Target, hold.On.Key));

    /// <summary>Writes a row of any kind.</summary>
    /// <exception cref="WriteRefusedException">The row breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batch is lost.</exception>
    public void Put(object row)
    {
        switch (row)
        {
            case IdentityRow identity:
                Insert(identity, InsertIdentity);
                break;
            case CardRow card:
                Insert(card, InsertCard);
                break;
            case MerchantRow merchant:
                Insert(merchant, InsertMerchant);
                break;
            case TerminalRow terminal:
                Insert(terminal, InsertTerminal);
                break;
            case AcquirerRow acquirer:
                rows.UpsertAcquirer(acquirer);
                break;
            case HoldRow hold:
                rows.PlaceHold(hold);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Insert<T>(T row, Action<T> insert)
    {
        try
        {
            insert(row);
        }
        catch (SqliteException failed)
        {
            throw rows.Refusal(failed);
        }
    }

    private void InsertIdentity(IdentityRow row)
    {
        var isNew = to.Bulk.Identity.Text(1, row.Acquirer.ToString()).Text(2, row.Id.ToString()).Number(3, (byte)row.State)
            .Number(4, row.ReverifyByUnixMs).Text(5, row.DocumentValidTo?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "")
            .Text(6, row.HolderMask.ToString()).Number(7, (byte)(row.Subject ?? 0)).Blob(8, row.DocumentHash.ToBytes())
            .Text(9, row.DocumentHashKey.ToString()).Insert();
        if (isNew)
        {
            _newIdentities[(row.Acquirer, row.Id)] = row;
        }
        else
        {
            _newIdentities.Remove((row.Acquirer, row.Id));
            rows.UpsertIdentity(row);
        }
    }

    private void InsertCard(CardRow row)
    {
        var isNew = to.Bulk.Card.Text(1, row.Acquirer.ToString()).Blob(2, row.Fingerprint.ToBytes()).Text(3, row.FingerprintKey.ToString())
            .Text(4, row.Mask.ToString()).Text(5, row.Identity.ToString()).Insert();
        if (!isNew)
        {
            rows.UpsertCard(row);
        }
    }

    private void InsertMerchant(MerchantRow row)
    {
        var (acquirer, no) = (row.Key.Acquirer.ToString(), row.Key.No.ToString());
        var waitsForHolds = _held.Contains((row.Key.Acquirer, HoldTarget.Merchant, no)) || _held.Contains((row.Key.Acquirer, HoldTarget.Identity, row.Identity.ToString()));
        if (waitsForHolds || FindIdentity(row.Key.Acquirer, row.Identity) is not { } identity)
        {
            rows.UpsertMerchant(row);
            return;
        }

        var packed = RecordCodec.Pack(new MerchantRecord(row.Key, row.State, identity.State, identity.ReverifyByUnixMs, identity.DocumentValidTo, [])
        {
            Kind = row.Kind, Region = row.Region, Category = row.Category, AccountClass = row.AccountClass,
        });
        var revision = changed.Next();
        var isNew = to.Bulk.Merchant.Text(1, acquirer).Text(2, no).Text(3, row.Identity.ToString()).Number(4, (byte)row.State)
            .Text(5, row.SettlementCardMask.ToString()).Number(6, (byte)(row.Kind ?? 0)).Text(7, row.Region.ToString()).Text(8, row.Category.ToString())
            .Number(9, (byte)(row.AccountClass ?? 0)).Blob(10, row.Card.ToBytes()).Blob(11, packed).Number(12, revision).Insert();
        if (isNew)
        {
            AddToFeed(FeedEntity.Merchant, acquirer, no, packed, revision);
        }
        else
        {
            rows.UpsertMerchant(row);
        }
    }

    private void InsertTerminal(TerminalRow row)
    {
        var (acquirer, sn) = (row.Key.Acquirer.ToString(), row.Key.Sn.ToString());
        if (_held.Contains((row.Key.Acquirer, HoldTarget.Terminal, sn)))
        {
            rows.UpsertTerminal(row);
            return;
        }

        var packed = RecordCodec.Pack(new TerminalRecord(row.Key, row.TerminalNo, row.MerchantNo, row.State, 1, []));
        var revision = changed.Next();
        var isNew = to.Bulk.Terminal.Text(1, acquirer).Text(2, sn).Text(3, row.TerminalNo.ToString()).Text(4, row.MerchantNo.ToString())
            .Number(5, (byte)row.State).Blob(6, packed).Number(7, revision).Insert();
        if (isNew)
        {
            AddToFeed(FeedEntity.Terminal, acquirer, sn, packed, revision);
        }
        else
        {
            rows.UpsertTerminal(row);
        }
    }

    private void AddToFeed(FeedEntity entity, string acquirer, string key, byte[] packed, long revision)
    {
        to.Bulk.Feed.Number(1, revision).Number(2, NowUnixMs).Number(3, (byte)entity).Text(4, acquirer).Text(5, key).Blob(6, packed).Insert();
        changed.Added();
    }

    /// <summary>What a merchant's record takes from its identity; null when there is none, or when it carries holds.</summary>
    private IdentityRow? FindIdentity(AcquirerId acquirer, EntityId id)
    {
        if (_newIdentities.TryGetValue((acquirer, id), out var known))
        {
            return known;
        }

        using (var hold = to.HoldsOnIdentity.Query(acquirer.ToString(), id.ToString()))
        {
            if (hold.Read())
            {
                return null;
            }
        }

        using var row = to.FindIdentity.Query(acquirer.ToString(), id.ToString());
        if (!row.Read())
        {
            return null;
        }

        DateOnly? validTo = row.IsDBNull(2) ? null : DateOnly.ParseExact(row.GetString(2), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new IdentityRow(acquirer, id, (IdentityState)row.GetByte(0), row.GetInt64(1), validTo, default);
    }
}

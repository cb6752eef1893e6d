using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>
/// Looks whether what the product rests on holds in one snapshot: the feed has no gaps, records are what their rows and the feed
/// say, versions join on to each other, a device has one live binding. Reads everything once, one row at a time.
/// </summary>
internal sealed class DamageSearch(ISqlSession session, Findings findings)
{
    private StoreState _state = null!;

    public async Task RunAsync()
    {
        _state = await StoreState.ReadAsync(session);
        await SearchFeedAsync();
        await SearchTerminalsAsync();
        await SearchMerchantsAsync();
        await SearchNewerEntriesAsync();
        await SearchHistoryAsync();
        await SearchDoublesAsync();
    }

    private async Task SearchFeedAsync()
    {
        var expected = _state.FeedFloor + 1;
        await foreach (var row in session.ReadAsync("SELECT revision, entity, acquirer_id, key, packed FROM feed ORDER BY revision"))
        {
            findings.RowsChecked++;
            var revision = row.Number(0);
            if (revision <= _state.FeedFloor || revision > _state.Head)
            {
                findings.Add($"The change feed has an entry of revision {revision}, outside of {_state.FeedFloor + 1} to {_state.Head}.");
                continue;
            }

            if (revision != expected)
            {
                findings.Add($"The change feed lacks the entries of the revisions {expected} to {revision - 1}.");
            }

            if (KeyOf(row.Number(1), row.Bytes(4)) is not { } key || key != (row.Text(2), row.Text(3)))
            {
                findings.Add($"The entry of revision {revision} does not hold the record of {row.Text(2)}/{row.Text(3)} that it names.");
            }

            expected = revision + 1;
        }

        if (expected <= _state.Head)
        {
            findings.Add($"The change feed lacks the entries of the revisions {expected} to {_state.Head}.");
        }
    }

    private async Task SearchTerminalsAsync()
    {
        const string Sql = """
            SELECT t.acquirer_id, t.terminal_sn, t.packed, t.revision, f.entity, f.acquirer_id, f.key, f.packed,
                t.terminal_no, t.merchant_no, t.state, t.binding_version
            FROM terminal t LEFT JOIN feed f ON f.revision = t.revision ORDER BY t.acquirer_id, t.terminal_sn
            """;
        await foreach (var row in session.ReadAsync(Sql))
        {
            var name = $"terminal {row.Text(0)}/{row.Text(1)}";
            if (!IsSound(row, (long)FeedEntity.Terminal, name))
            {
                continue;
            }

            RecordCodec.TryUnpack(row.Bytes(2), out TerminalRecord record);
            if (record.TerminalNo.ToString() != row.Text(8) || record.MerchantNo.ToString() != row.Text(9) || (long)record.State != row.Number(10) || record.BindingVersion != row.Number(11))
            {
                findings.Add($"The record of {name} says other numbers, another state or version than its row.");
            }
        }
    }

    private async Task SearchMerchantsAsync()
    {
        const string Sql = """
            SELECT m.acquirer_id, m.merchant_no, m.packed, m.revision, f.entity, f.acquirer_id, f.key, f.packed, m.state, i.state
            FROM merchant m
            LEFT JOIN feed f ON f.revision = m.revision
            LEFT JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
            ORDER BY m.acquirer_id, m.merchant_no
            """;
        await foreach (var row in session.ReadAsync(Sql))
        {
            var name = $"merchant {row.Text(0)}/{row.Text(1)}";
            if (!IsSound(row, (long)FeedEntity.Merchant, name))
            {
                continue;
            }

            RecordCodec.TryUnpack(row.Bytes(2), out MerchantRecord record);
            if ((long)record.State != row.Number(8) || row.IsNull(9) || (long)record.Identity != row.Number(9))
            {
                findings.Add($"The record of {name} says another state than its row or its identity's.");
            }
        }
    }

    /// <summary>True when the record in columns 2 and 3 is that of columns 0 and 1, and the same as its entry in the feed in columns 4 to 7.</summary>
    private bool IsSound(ISqlRow row, long entity, string name)
    {
        findings.RowsChecked++;
        if (KeyOf(entity, row.Bytes(2)) is not { } key)
        {
            findings.Add($"The record of {name} is damaged: it does not unpack.");
            return false;
        }

        if (key != (row.Text(0), row.Text(1)))
        {
            findings.Add($"The record of {name} names another key than its row.");
            return false;
        }

        var revision = row.Number(3);
        if (revision < 1 || revision > _state.Head)
        {
            findings.Add($"The record of {name} has revision {revision}, which is not one of 1 to {_state.Head}.");
        }
        else if (revision > _state.FeedFloor
            && (row.IsNull(4) || row.Number(4) != entity || (row.Text(5), row.Text(6)) != key || !row.Bytes(2).AsSpan().SequenceEqual(row.Bytes(7))))
        {
            findings.Add($"The record of {name} is not the one that the change feed has under its revision {revision}.");
        }

        return true;
    }

    private async Task SearchNewerEntriesAsync()
    {
        const string Sql = """
            SELECT max(f.revision), f.acquirer_id, f.key FROM feed f
            LEFT JOIN terminal t ON f.entity = 1 AND t.acquirer_id = f.acquirer_id AND t.terminal_sn = f.key
            LEFT JOIN merchant m ON f.entity = 2 AND m.acquirer_id = f.acquirer_id AND m.merchant_no = f.key
            WHERE coalesce(t.revision, m.revision, 0) < f.revision GROUP BY f.entity, f.acquirer_id, f.key ORDER BY max(f.revision)
            """;
        await foreach (var row in session.ReadAsync(Sql))
        {
            findings.Add($"The change feed has a newer record of {row.Text(1)}/{row.Text(2)}, of revision {row.Number(0)}, than its row.");
        }
    }

    private async Task SearchHistoryAsync()
    {
        const string Sql = """
            SELECT h.entity, h.acquirer_id, h.key, h.from_revision, h.until_revision, h.packed, coalesce(t.revision, m.revision, -1)
            FROM record_history h
            LEFT JOIN terminal t ON h.entity = 1 AND t.acquirer_id = h.acquirer_id AND t.terminal_sn = h.key
            LEFT JOIN merchant m ON h.entity = 2 AND m.acquirer_id = h.acquirer_id AND m.merchant_no = h.key
            ORDER BY h.entity, h.acquirer_id, h.key, h.until_revision
            """;
        (long Entity, string Acquirer, string Key, long Until, long Current)? last = null;
        await foreach (var row in session.ReadAsync(Sql))
        {
            findings.RowsChecked++;
            var (entity, acquirer, key, from) = (row.Number(0), row.Text(1), row.Text(2), row.Number(3));
            if (KeyOf(entity, row.Bytes(5)) != (acquirer, key))
            {
                findings.Add($"The version of {acquirer}/{key} from revision {from} on does not hold the record that it names.");
            }

            if (last is { } before && (before.Entity, before.Acquirer, before.Key) == (entity, acquirer, key))
            {
                RequireJoin(before, from);
            }
            else
            {
                RequireCurrent(last);
            }

            last = (entity, acquirer, key, row.Number(4), row.Number(6));
        }

        RequireCurrent(last);
    }

    private void RequireJoin((long Entity, string Acquirer, string Key, long Until, long Current) before, long from)
    {
        if (from != before.Until)
        {
            findings.Add(from < before.Until
                ? $"Two versions of {before.Acquirer}/{before.Key} overlap: one ends at revision {before.Until}, and the next begins at {from}."
                : $"Versions of {before.Acquirer}/{before.Key} are missing from revision {before.Until} to {from}.");
        }
    }

    private void RequireCurrent((long Entity, string Acquirer, string Key, long Until, long Current)? last)
    {
        if (last is { } end && end.Until != end.Current)
        {
            findings.Add(end.Current < 0
                ? $"There are versions of {end.Acquirer}/{end.Key} and no such record."
                : $"The last version of {end.Acquirer}/{end.Key} ends at revision {end.Until}, and the record stands since {end.Current}.");
        }
    }

    private async Task SearchDoublesAsync()
    {
        await foreach (var row in session.ReadAsync("SELECT terminal_sn, count(*) FROM terminal WHERE state NOT IN (3, 9, 10) GROUP BY terminal_sn HAVING count(*) > 1"))
        {
            findings.Add($"The serial number {row.Text(0)} has {row.Number(1)} live bindings.");
        }

        const string Numbers = """
            SELECT acquirer_id, merchant_no, terminal_no, count(*) FROM terminal WHERE state NOT IN (3, 9, 10)
            GROUP BY acquirer_id, merchant_no, terminal_no HAVING count(*) > 1
            """;
        await foreach (var row in session.ReadAsync(Numbers))
        {
            findings.Add($"The numbers {row.Text(0)}/{row.Text(1)}/{row.Text(2)} are those of {row.Number(3)} live terminals.");
        }
    }

    /// <summary>The key that a packed record names; null when it does not unpack.</summary>
    private static (string Acquirer, string Key)? KeyOf(long entity, byte[]? packed)
    {
        if (entity == (long)FeedEntity.Terminal)
        {
            return RecordCodec.TryUnpack(packed, out TerminalRecord terminal) ? (terminal.Key.Acquirer.ToString(), terminal.Key.Sn.ToString()) : null;
        }

        return RecordCodec.TryUnpack(packed, out MerchantRecord merchant) ? (merchant.Key.Acquirer.ToString(), merchant.Key.No.ToString()) : null;
    }
}

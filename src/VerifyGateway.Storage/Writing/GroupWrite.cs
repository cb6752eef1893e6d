using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// The writes of one transaction, one after the other on the same rows: each is done or refused on its own, and each that is done
/// has its own stretch of the feed and its own line in the audit trail. Pure: the rows come from an engine and go back to one.
/// </summary>
internal sealed class GroupWrite
{
    private readonly WorkingSet _rows;
    private readonly long _nowUnixMs;
    private readonly List<FeedEntry> _feed = [];
    private readonly List<ClosedVersion> _history = [];
    private readonly List<AuditLine> _audit = [];
    private readonly List<(RequestKey, StoredRequest)> _requests = [];
    private HeadState _before;
    private HeadState _after;

    public GroupWrite(WorkingSet rows, HeadState head, long nowUnixMs)
    {
        _rows = rows;
        _before = _after = head;
        // The order of times is that of revisions, also when a clock was set back or another writer's is ahead.
        _nowUnixMs = Math.Max(nowUnixMs, head.HeadAtUnixMs);
    }

    /// <summary>The head after the writes so far.</summary>
    public HeadState Head => _after;

    /// <summary>True when there is something to write.</summary>
    public bool HasChanges => !ReferenceEquals(_before, _after);

    /// <summary>Does a write.</summary>
    /// <exception cref="WriteRefusedException">It is refused; the rows are as they were.</exception>
    public CommandResult Do(StoreCommand command)
    {
        RowRules.Require(command.Origin);
        if (_rows.Requests[command.Origin.Request] is { } earlier)
        {
            return earlier.BodyHash.AsSpan().SequenceEqual(command.Origin.BodyHash.Span)
                ? new CommandResult(earlier.Revision, earlier.ChangedRecords, earlier.Result, IsRepeat: true)
                : throw new WriteRefusedException("STORE_REQUEST_REUSED", "The request id was used for a write with another body; give every write an id of its own.");
        }

        return Do(command.Origin, command.Apply, namedChanges: 64);
    }

    /// <summary>Does a write that nobody sends again, many rows of which need not be named in the audit trail.</summary>
    /// <exception cref="WriteRefusedException">It is refused; the rows are as they were.</exception>
    public CommandResult DoRows(CommandOrigin origin, Action<WriteUnit> apply, bool areNamed)
    {
        RowRules.Require(origin);
        return Do(origin, apply, namedChanges: areNamed ? 64 : 0);
    }

    /// <summary>What is to be written, once; the rows count as written after it.</summary>
    public ChangeSet TakeChanges(ImportMark? import = null)
    {
        var changes = new ChangeSet
        {
            Acquirers = [.. _rows.Acquirers.Changed()],
            Identities = [.. _rows.Identities.Changed()],
            Cards = [.. _rows.Cards.Changed()],
            Merchants = [.. _rows.Merchants.Changed()],
            Terminals = [.. _rows.Terminals.Changed().OrderBy(static terminal => terminal.Row.Row.IsLive)
                .ThenBy(static terminal => terminal.Row.Row.Key.Sn.ToString(), StringComparer.Ordinal)],
            Holds = [.. _rows.Holds.Changed()],
            // A receipt refers to its deregistration, and a matter that ends makes room for the next of its subject.
            Documents = [.. _rows.Documents.Changed().OrderBy(static document => document.Row.Row.Key.Kind).ThenBy(static document => IsOpen(document.Row.Row))],
            Requests = [.. _requests],
            History = [.. _history],
            Feed = [.. _feed],
            Audit = [.. _audit],
            Import = import,
            Before = _before,
            After = _after,
        };
        Settle();
        return changes;
    }

    private CommandResult Do(CommandOrigin origin, Action<WriteUnit> apply, int namedChanges)
    {
        var mark = _rows.Mark;
        var (feedMark, historyMark) = (_feed.Count, _history.Count);
        try
        {
            var unit = new WriteUnit(_rows, _nowUnixMs) { NamedChanges = namedChanges };
            apply(unit);
            RefreshRecords(unit);
            return Finish(origin, unit, feedMark);
        }
        catch
        {
            _rows.RollBackTo(mark);
            _feed.RemoveRange(feedMark, _feed.Count - feedMark);
            _history.RemoveRange(historyMark, _history.Count - historyMark);
            throw;
        }
    }

    /// <summary>Packs every record that may have changed and gives those that have the next revisions, in the order of keys.</summary>
    private void RefreshRecords(WriteUnit unit)
    {
        foreach (var identity in unit.ChangedIdentities)
        {
            unit.ChangedMerchants.UnionWith(_rows.MerchantsOf(identity));
        }

        foreach (var card in unit.ChangedCards)
        {
            unit.ChangedMerchants.UnionWith(_rows.MerchantsOf(card));
        }

        foreach (var key in unit.ChangedMerchants.OrderBy(static key => key.Acquirer.ToString(), StringComparer.Ordinal).ThenBy(static key => key.No.ToString(), StringComparer.Ordinal))
        {
            RefreshMerchant(key);
        }

        foreach (var key in unit.ChangedTerminals.OrderBy(static key => key.Acquirer.ToString(), StringComparer.Ordinal).ThenBy(static key => key.Sn.ToString(), StringComparer.Ordinal))
        {
            RefreshTerminal(key);
        }
    }

    private void RefreshMerchant(MerchantKey key)
    {
        var merchant = _rows.Merchants[key]!;
        var identity = _rows.Identities[new IdentityKey(key.Acquirer, merchant.Row.Identity)]!.Row;
        var packed = RecordBuilder.Pack(
            merchant.Row, identity, _rows.HoldsOn(key.Acquirer, HoldSubject.Identity(identity.Id)), _rows.HoldsOn(key.Acquirer, HoldSubject.Merchant(key.No)),
            _rows.HoldsOnCardOf(merchant.Row), _nowUnixMs);
        var facts = BindingFacts.Of(merchant.Row, identity);
        if (merchant.Stamp is null || merchant.Stamp.Facts != facts || !packed.AsSpan().SequenceEqual(merchant.Stamp.Packed))
        {
            var stamp = Append(FeedEntity.Merchant, new FeedEntry(0, _nowUnixMs, FeedEntity.Merchant, key.Acquirer, key.No.ToString(), packed), packed, facts, merchant.Stamp);
            _rows.Merchants.Set(key, merchant with { Stamp = stamp });
        }
    }

    private void RefreshTerminal(TerminalKey key)
    {
        var terminal = _rows.Terminals[key]!;
        var packed = RecordBuilder.Pack(terminal.Row, terminal.Version, _rows.HoldsOn(key.Acquirer, HoldSubject.Terminal(key.Sn)), _nowUnixMs);
        if (terminal.Stamp is null || !packed.AsSpan().SequenceEqual(terminal.Stamp.Packed))
        {
            var stamp = Append(FeedEntity.Terminal, new FeedEntry(0, _nowUnixMs, FeedEntity.Terminal, key.Acquirer, key.Sn.ToString(), packed), packed, BindingFacts.Of(terminal.Row), terminal.Stamp);
            _rows.Terminals.Set(key, terminal with { Stamp = stamp });
        }
    }

    private RecordStamp Append(FeedEntity entity, FeedEntry entry, byte[] packed, BindingFacts facts, RecordStamp? old)
    {
        var revision = _before.Head + _feed.Count + 1;
        // Which one ends the write is known when all are there.
        _feed.Add(entry with
        {
            Revision = revision,
            EndsWrite = false,
            HolderMask = facts.HolderMask,
            SettlementCardMask = facts.CardMask,
            LeftMerchantNo = old is not null && old.Facts.MerchantNo != facts.MerchantNo ? old.Facts.MerchantNo : "",
        });
        if (old is not null)
        {
            _history.Add(new ClosedVersion(entity, entry.Acquirer.ToString(), entry.Key, old, revision, _nowUnixMs));
        }

        return new RecordStamp(packed, revision, _nowUnixMs, facts);
    }

    private CommandResult Finish(CommandOrigin origin, WriteUnit unit, int feedMark)
    {
        const int MostResult = 65_536;
        if (unit.Result.Length > MostResult)
        {
            throw new InvalidOperationException($"A write answers {unit.Result.Length} bytes; at most {MostResult} are kept.");
        }

        var first = _after.Head + 1;
        var last = _after.Head + _feed.Count - feedMark;
        if (last >= first)
        {
            _feed[^1] = _feed[^1] with { EndsWrite = true };
        }

        using var hash = new AuditHash();
        foreach (var entry in _feed.Skip(feedMark))
        {
            hash.Add(entry);
        }

        if (unit.ChangeCount == 0 && !_rows.Requests.Knows(origin.Request))
        {
            return new CommandResult(last, 0, unit.Result, IsRepeat: false);
        }

        var named = string.Join(", ", unit.Changes);
        var changes = unit.ChangeCount > unit.Changes.Count ? $"{named}{(named.Length > 0 ? " and " : "")}{unit.ChangeCount - unit.Changes.Count} rows" : named;
        var line = new AuditLine(
            _after.AuditSeq + 1, _nowUnixMs, origin.Actor, origin.Action, origin.Request.Acquirer.ToString(), origin.Request.Id.ToString(), changes,
            hash.Finish(), first, last, []);
        line = line with { Hash = line.HashAfter(_after.AuditHash) };
        _audit.Add(line);

        var keepUntil = origin.KeepFor is { } kept ? _nowUnixMs + (long)kept.TotalMilliseconds : 0;
        var request = new StoredRequest(origin.BodyHash.ToArray(), unit.Result.ToArray(), last, (int)(last - first + 1), keepUntil);
        if (_rows.Requests.Knows(origin.Request))
        {
            _rows.Requests.Set(origin.Request, request);
            _requests.Add((origin.Request, request));
        }

        _after = new HeadState(last, _nowUnixMs, line.Seq, line.Hash);
        return new CommandResult(last, request.ChangedRecords, unit.Result, IsRepeat: false);
    }

    /// <summary>True for a matter of which its subject has one at most, as the databases have it in their indexes.</summary>
    private static bool IsOpen(DocumentRow row) => row.Key.Kind switch
    {
        DocumentKind.Case => row.State <= 6,
        DocumentKind.Deregistration => row.State is <= 8 or 13,
        _ => false,
    };

    private void Settle()
    {
        _rows.Acquirers.Settle();
        _rows.Identities.Settle();
        _rows.Cards.Settle();
        _rows.Merchants.Settle();
        _rows.Terminals.Settle();
        _rows.Holds.Settle();
        _rows.Documents.Settle();
        _rows.Requests.Settle();
        _rows.LiveSns.Settle();
        _rows.LiveNumbers.Settle();
        _feed.Clear();
        _history.Clear();
        _audit.Clear();
        _requests.Clear();
        _before = _after;
    }
}

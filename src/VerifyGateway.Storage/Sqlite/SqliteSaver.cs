using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>Writes what a group has changed; parameters are in the order of the columns that StoredColumns names.</summary>
internal static class SqliteSaver
{
    private const int Many = 2000;

    /// <summary>Writes the rows, in the order in which they refer to each other, and the head last.</summary>
    /// <exception cref="WriteFailedException">The head is not the one that was locked.</exception>
    public static void Save(WriterStatements to, ChangeSet changes, CancellationToken cancel)
    {
        if (changes.Feed.Count > Many)
        {
            to.ExpectMany();
        }

        foreach (var (row, _) in changes.Acquirers)
        {
            to.PutAcquirer.With(row.Id.ToString()).With(row.NameCode.ToString()).With((byte)row.Kind).Run();
        }

        foreach (var (row, isNew) in changes.Identities)
        {
            Save(isNew ? to.InsertIdentity : to.UpdateIdentity, row);
        }

        foreach (var (row, _) in changes.Cards)
        {
            to.PutCard.With(row.Acquirer.ToString()).With(row.Fingerprint.ToBytes()).With(row.FingerprintKey.ToString()).With(row.Mask.ToString())
                .With(row.Identity.ToString()).Run();
        }

        cancel.ThrowIfCancellationRequested();
        foreach (var (row, isNew) in changes.Merchants)
        {
            Save(isNew ? to.InsertMerchant : to.UpdateMerchant, row);
        }

        cancel.ThrowIfCancellationRequested();
        Park(to, changes);
        foreach (var (row, isNew) in changes.Terminals)
        {
            Save(isNew ? to.InsertTerminal : to.UpdateTerminal, row);
        }

        foreach (var (row, _) in changes.Holds)
        {
            Save(to.PutHold, row);
        }

        foreach (var (row, isNew) in changes.Documents)
        {
            var (insert, update) = to.Document(row.Row.Key.Kind);
            Save(isNew ? insert : update, row);
        }

        cancel.ThrowIfCancellationRequested();
        SaveLogs(to, changes);
        MoveHead(to, changes);
    }

    private static void Park(WriterStatements to, ChangeSet changes)
    {
        // A single one can be in nobody's way.
        if (changes.Terminals.Count > 1)
        {
            foreach (var (row, _) in changes.Terminals.Where(static terminal => terminal is { IsNew: false, Row.Row.IsLive: true }))
            {
                to.ParkTerminal.With(row.Row.Key.Acquirer.ToString()).With(row.Row.Key.Sn.ToString()).With(row.Row.MerchantNo.ToString())
                    .With(row.Row.TerminalNo.ToString()).Run();
            }
        }
    }

    private static void SaveLogs(WriterStatements to, ChangeSet changes)
    {
        foreach (var (key, row) in changes.Requests)
        {
            to.InsertRequest.With(key.Acquirer.ToString()).With(key.Id.ToString()).With(row.BodyHash).With(row.Result).With(row.Revision)
                .With(row.ChangedRecords).With(row.KeepUntilUnixMs).Run();
        }

        foreach (var closed in changes.History)
        {
            var (stamp, facts) = (closed.Stamp, closed.Stamp.Facts);
            to.InsertHistory.With((byte)closed.Entity).With(closed.Acquirer).With(closed.Key).With(stamp.Revision).With(closed.UntilRevision)
                .With(stamp.ChangedAtUnixMs).With(closed.UntilUnixMs).With(stamp.Packed)
                .With(facts.Identity).With(facts.HolderMask).With(facts.CardMask).With(facts.Card.ToBytes()).With(facts.MerchantNo).With(facts.TerminalNo).Run();
        }

        foreach (var entry in changes.Feed)
        {
            to.InsertFeed.With(entry.Revision).With(entry.CommittedAtUnixMs).With((byte)entry.Entity).With(entry.Acquirer.ToString()).With(entry.Key)
                .With(entry.Packed.ToArray()).With(entry.EndsWrite).With(entry.HolderMask).With(entry.SettlementCardMask).With(entry.LeftMerchantNo).Run();
        }

        foreach (var line in changes.Audit)
        {
            to.InsertAudit.With(line.Seq).With(line.AtUnixMs).With(line.Actor).With(line.Action).With(line.Acquirer).With(line.Request).With(line.Changes)
                .With(line.ChangesHash).With(line.FirstRevision).With(line.LastRevision).With(line.Hash).Run();
        }
    }

    private static void MoveHead(WriterStatements to, ChangeSet changes)
    {
        if (changes.Import is { } import)
        {
            _ = import.Point is { } point
                ? to.PutImport.With(import.Source).With(point.LastLine).With(point.Records).With(point.BadLines).Run()
                : to.RemoveImports.Run();
        }

        var (before, after) = (changes.Before, changes.After);
        var moved = to.MoveHead.With(before.Head).With(before.AuditSeq).With(after.Head).With(after.HeadAtUnixMs).With(after.AuditSeq).With(after.AuditHash).Run();
        if (moved != 1)
        {
            throw new WriteFailedException("The head of the change feed moved under the write lock.");
        }
    }

    private static void Save(Statement to, StoredIdentity identity)
    {
        var row = identity.Row;
        to.With(row.Acquirer.ToString()).With(row.Id.ToString()).With((byte)row.State).With(row.ReverifyByUnixMs).With(row.DocumentValidTo)
            .With(row.HolderMask.ToString()).With((byte)(row.Subject ?? 0)).With(row.DocumentHash.ToBytes()).With(row.DocumentHashKey.ToString())
            .With(row.PhoneHash.ToBytes()).With(row.PhoneHashKey.ToString()).With(row.VerifiedAtUnixMs).With((byte)(row.Detail ?? 0)).With(identity.Version).Run();
    }

    private static void Save(Statement to, StoredMerchant merchant)
    {
        var (row, stamp) = (merchant.Row, merchant.Stamp!);
        to.With(row.Key.Acquirer.ToString()).With(row.Key.No.ToString()).With(row.Identity.ToString()).With((byte)row.State).With(row.SettlementCardMask.ToString())
            .With((byte)(row.Kind ?? 0)).With(row.Region.ToString()).With(row.Category.ToString()).With((byte)(row.AccountClass ?? 0)).With(row.Card.ToBytes())
            .With(row.CardDiffers).With(row.OpenedOn).With(row.LastActiveOn).With(row.EndedOn)
            .With(merchant.Version).With(stamp.Packed).With(stamp.Revision).With(stamp.ChangedAtUnixMs).Run();
    }

    private static void Save(Statement to, StoredTerminal terminal)
    {
        var (row, stamp, place) = (terminal.Row, terminal.Stamp!, terminal.Row.Location);
        to.With(row.Key.Acquirer.ToString()).With(row.Key.Sn.ToString()).With(row.TerminalNo.ToString()).With(row.MerchantNo.ToString()).With((byte)row.State)
            .With((byte)place.Kind).With(place.LatitudeMicrodegrees).With(place.LongitudeMicrodegrees).With(place.RadiusMetres).With(place.Region.ToString())
            .With(row.EndedOn).With(terminal.Version).With(stamp.Packed).With(stamp.Revision).With(stamp.ChangedAtUnixMs).Run();
    }

    private static void Save(Statement to, StoredHold hold)
    {
        var row = hold.Row;
        to.With(row.Acquirer.ToString()).With(row.Id.ToString()).With((byte)row.Kind).With(row.On.IdentityId?.ToString()).With(row.On.MerchantNo?.ToString())
            .With(row.On.TerminalSn?.ToString()).With(row.On.CardFingerprint?.ToBytes()).With(row.EffectiveAtUnixMs).With(row.UntilUnixMs).With(row.RefundsPass)
            .With((byte)(row.Authority ?? 0)).With(row.DocumentNo).With(row.Organ).With(row.Reason).With(row.PlacedBy).With(row.PlacedAtUnixMs)
            .With(row.LiftedBy).With(row.LiftedAtUnixMs).With(row.LiftDocumentNo).With(row.Renewals).With(hold.Version).Run();
    }

    private static void Save(Statement to, StoredDocument document)
    {
        var row = document.Row;
        to.With(row.Key.Acquirer.ToString()).With(row.Key.Id.ToString()).With(row.Subject).With(row.State).With(row.FromUnixMs).With(row.UntilUnixMs)
            .With(row.Content).With(document.Version).With(document.ChangedAtUnixMs).Run();
    }
}

using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Storage.Seeding;

/// <summary>What a seed file has brought.</summary>
/// <param name="Lines">Lines that hold something.</param>
/// <param name="Write">What the load has done to the change feed.</param>
public readonly record struct SeedResult(int Lines, WriteResult Write);

/// <summary>
/// Loads a seed file: identities, merchants, terminals and holds, one JSON object a line (NDJSON, UTF-8). All of the file is
/// loaded, in one transaction, or nothing; loading it again changes nothing. A line refers only to what stands above it or is in
/// the store already. Values are strings or null; codes are those of the wire contract without their prefix; times are RFC 3339
/// with an offset; dates are YYYY-MM-DD. Every line may have a "note", which is for people and ignored.
/// <code>
/// {"kind":"identity","acquirer_id":"01020000","identity_id":"ID-1","state":"VERIFIED","document_valid_to":"2099-12-31","holder_mask":"000000********0011"}
/// {"kind":"merchant","acquirer_id":"01020000","merchant_no":"898440300000001","identity_id":"ID-1","state":"ACTIVE","settlement_card_mask":"999999******0001"}
/// {"kind":"terminal","acquirer_id":"01020000","terminal_sn":"000057022801TEST0001","terminal_no":"T0000001","merchant_no":"898440300000001","state":"ACTIVE"}
/// {"kind":"hold","acquirer_id":"01020000","hold_id":"H-1","hold_kind":"RISK","merchant_no":"898440300000001","effective_at":"2026-01-01T00:00:00+08:00","until":null}
/// </code>
/// document_valid_to must be named, and null means "valid for life"; reverify_by goes with REVERIFY_DUE; a hold stands on exactly
/// one of identity_id, merchant_no and terminal_sn.
/// </summary>
public static class SeedLoader
{
    /// <summary>Loads a file.</summary>
    /// <exception cref="SeedException">The file has problems, all of which are named; nothing is loaded.</exception>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot write now; nothing is loaded.</exception>
    public static async ValueTask<SeedResult> LoadAsync(SqliteStore store, string path, CancellationToken cancel = default)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new SeedException(path, [new SeedProblem(0, "", SeedRules.File.Code, SeedRules.File.Sentence)], failed);
        }

        await using (file)
        {
            return await LoadAsync(store, file, path, cancel);
        }
    }

    /// <summary>Loads a stream; <paramref name="name"/> names it in messages. The stream is read inside the write transaction.</summary>
    /// <exception cref="SeedException">The stream has problems, all of which are named; nothing is loaded.</exception>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot write now; nothing is loaded.</exception>
    public static async ValueTask<SeedResult> LoadAsync(SqliteStore store, Stream stream, string name, CancellationToken cancel = default)
    {
        var lines = 0;
        var write = await store.WriteAsync(
            batch =>
            {
                var load = new Load(batch);
                lines = load.Run(stream, cancel);
                if (load.Problems.Count > 0)
                {
                    throw new SeedException(name, load.Problems);
                }
            }, cancel);
        return new SeedResult(lines, write);
    }

    /// <summary>One pass over one stream. Good lines are written even after a bad one, so that later lines find what they refer to; the transaction ends all of it.</summary>
    private sealed class Load(WriteBatch batch)
    {
        private readonly HashSet<(string Kind, AcquirerId Acquirer, string Key)> _seen = [];

        public List<SeedProblem> Problems { get; } = [];

        public int Run(Stream stream, CancellationToken cancel)
        {
            var lines = new SeedLines(stream);
            var count = 0;
            while (lines.TryRead(out var text))
            {
                cancel.ThrowIfCancellationRequested();
                if (lines.IsTooLong)
                {
                    Problems.Add(new SeedProblem(lines.Number, "", SeedRules.LineLength.Code, SeedRules.LineLength.Sentence));
                }
                else if (!text.IsEmpty && text.ContainsAnyExcept((byte)' ', (byte)'\t'))
                {
                    count++;
                    Take(SeedLine.Parse(text, lines.Number, Problems));
                }
            }

            return count;
        }

        private void Take(SeedLine line)
        {
            if (!line.IsGood)
            {
                return;
            }

            switch (line.Required<SeedKind>("kind", TryParseKind))
            {
                case SeedKind.Identity:
                    TakeIdentity(line);
                    break;
                case SeedKind.Merchant:
                    TakeMerchant(line);
                    break;
                case SeedKind.Terminal:
                    TakeTerminal(line);
                    break;
                case SeedKind.Hold:
                    TakeHold(line);
                    break;
            }
        }

        private void TakeIdentity(SeedLine line)
        {
            line.AllowOnly("acquirer_id", "identity_id", "state", "reverify_by", "document_valid_to", "holder_mask");
            var row = new IdentityRow(
                line.Required<AcquirerId>("acquirer_id", AcquirerId.TryParse),
                line.Required<EntityId>("identity_id", EntityId.TryParse),
                line.Required<IdentityState>("state", SeedLine.TryParseCode),
                line.Optional<long>("reverify_by", SeedLine.TryParseTime) ?? 0,
                line.Named<DateOnly>("document_valid_to", SeedLine.TryParseDate),
                line.Optional<Mask>("holder_mask", Mask.TryParse) ?? default);
            if (row.State == IdentityState.ReverifyDue && !line.Has("reverify_by"))
            {
                line.Refuse("reverify_by", SeedRules.Reverify);
            }

            Write(line, "identity_id", row.Acquirer, row.Id.ToString(), () => batch.UpsertIdentity(row));
        }

        private void TakeMerchant(SeedLine line)
        {
            line.AllowOnly("acquirer_id", "merchant_no", "identity_id", "state", "settlement_card_mask");
            var row = new MerchantRow(
                new MerchantKey(line.Required<AcquirerId>("acquirer_id", AcquirerId.TryParse), line.Required<MerchantNo>("merchant_no", MerchantNo.TryParse)),
                line.Required<EntityId>("identity_id", EntityId.TryParse),
                line.Required<MerchantState>("state", SeedLine.TryParseCode),
                line.Optional<Mask>("settlement_card_mask", Mask.TryParse) ?? default);
            Write(line, "merchant_no", row.Key.Acquirer, row.Key.No.ToString(), () => batch.UpsertMerchant(row));
        }

        private void TakeTerminal(SeedLine line)
        {
            line.AllowOnly("acquirer_id", "terminal_sn", "terminal_no", "merchant_no", "state");
            var row = new TerminalRow(
                new TerminalKey(line.Required<AcquirerId>("acquirer_id", AcquirerId.TryParse), line.Required<TerminalSn>("terminal_sn", TerminalSn.TryParse)),
                line.Required<TerminalNo>("terminal_no", TerminalNo.TryParse),
                line.Required<MerchantNo>("merchant_no", MerchantNo.TryParse),
                line.Required<TerminalState>("state", SeedLine.TryParseCode));
            Write(line, "terminal_sn", row.Key.Acquirer, row.Key.Sn.ToString(), () => batch.UpsertTerminal(row));
        }

        private void TakeHold(SeedLine line)
        {
            line.AllowOnly("acquirer_id", "hold_id", "hold_kind", "identity_id", "merchant_no", "terminal_sn", "effective_at", "until");
            var identity = line.Optional<EntityId>("identity_id", EntityId.TryParse);
            var merchant = line.Optional<MerchantNo>("merchant_no", MerchantNo.TryParse);
            var terminal = line.Optional<TerminalSn>("terminal_sn", TerminalSn.TryParse);
            HoldSubject on = default;
            switch (identity, merchant, terminal)
            {
                case ({ } it, null, null):
                    on = HoldSubject.Identity(it);
                    break;
                case (null, { } it, null):
                    on = HoldSubject.Merchant(it);
                    break;
                case (null, null, { } it):
                    on = HoldSubject.Terminal(it);
                    break;
                default:
                    line.Refuse("", SeedRules.Target);
                    break;
            }

            var row = new HoldRow(
                line.Required<AcquirerId>("acquirer_id", AcquirerId.TryParse),
                line.Required<EntityId>("hold_id", EntityId.TryParse),
                line.Required<HoldKind>("hold_kind", SeedLine.TryParseCode),
                on,
                line.Required<long>("effective_at", SeedLine.TryParseTime),
                line.Optional<long>("until", SeedLine.TryParseTime) ?? 0);
            if (row.UntilUnixMs != 0 && row.UntilUnixMs <= row.EffectiveAtUnixMs)
            {
                line.Refuse("until", SeedRules.Until);
            }

            Write(line, "hold_id", row.Acquirer, row.Id.ToString(), () => batch.PlaceHold(row));
        }

        private void Write(SeedLine line, string keyField, AcquirerId acquirer, string key, Action write)
        {
            // The name of the key's field tells the kinds apart.
            if (line.IsGood && !_seen.Add((keyField, acquirer, key)))
            {
                line.Refuse(keyField, SeedRules.KeyTwice);
            }

            if (!line.IsGood)
            {
                return;
            }

            try
            {
                write();
            }
            catch (WriteRefusedException refused)
            {
                line.Refuse("", refused.Rule, refused.Message);
            }
        }

        private static bool TryParseKind(string text, out SeedKind value, [NotNullWhen(false)] out IdentifierRule? broken)
        {
            value = text switch
            {
                "identity" => SeedKind.Identity,
                "merchant" => SeedKind.Merchant,
                "terminal" => SeedKind.Terminal,
                "hold" => SeedKind.Hold,
                _ => default,
            };
            broken = value == default ? SeedRules.Kind : null;
            return broken is null;
        }

        private enum SeedKind
        {
            Unknown,
            Identity,
            Merchant,
            Terminal,
            Hold,
        }
    }
}

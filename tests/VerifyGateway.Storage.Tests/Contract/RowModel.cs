using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>What a store holds after writes, as simply as it can be said: one dictionary, and the rules by going through all of it.</summary>
internal sealed class RowModel
{
    private Dictionary<string, object> _rows = new(StringComparer.Ordinal);

    /// <summary>All rows that a store reads out, in its order.</summary>
    public IEnumerable<object> Exported => _rows.Where(static row => row.Value is not DocumentRow).OrderBy(static row => row.Key, StringComparer.Ordinal).Select(static row => row.Value);

    /// <summary>All matters.</summary>
    public IEnumerable<DocumentRow> Documents => _rows.Values.OfType<DocumentRow>();

    /// <summary>Puts the rows, all or none: the rule that the first broken one breaks, or null.</summary>
    public string? Put(object[] rows)
    {
        var before = new Dictionary<string, object>(_rows, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (Put(row) is { } broken)
            {
                _rows = before;
                return broken;
            }
        }

        return null;
    }

    private string? Put(object row)
    {
        var old = _rows.GetValueOrDefault(NameOf(row));
        var broken = row switch
        {
            IdentityRow identity => Break(identity),
            CardRow card => Has("2", card.Acquirer, card.Identity.ToString()) ? null : "STORE_REFERENCE",
            MerchantRow merchant => Break(merchant),
            TerminalRow terminal => Break(terminal),
            HoldRow hold => Break(hold, old as HoldRow),
            DocumentRow document => Break(document, old as DocumentRow),
            _ => null,
        };
        if (broken is null)
        {
            _rows[NameOf(row)] = row;
        }

        // What is as wanted already is left alone, whatever the rules say of it now.
        return Equals(old, row) && broken != "STORE_CHECK" ? null : broken;
    }

    private static string? Break(IdentityRow row) =>
        Enum.IsDefined(row.State) && (row.State != IdentityState.ReverifyDue || row.ReverifyByUnixMs > 0) && row.PhoneHash.IsEmpty == (row.PhoneHashKey == default) ? null : "STORE_CHECK";

    private string? Break(MerchantRow row) =>
        Has("2", row.Key.Acquirer, row.Identity.ToString()) && (row.Card.IsEmpty || Has("3", row.Key.Acquirer, row.Card.ToString())) ? null : "STORE_REFERENCE";

    private string? Break(TerminalRow row)
    {
        var others = _rows.Values.OfType<TerminalRow>().Where(other => row.IsLive && other.IsLive && other.Key != row.Key).ToList();
        return row.Location.LatitudeMicrodegrees > 90_000_000 ? "STORE_CHECK"
            : !Has("4", row.Key.Acquirer, row.MerchantNo.ToString()) ? "STORE_REFERENCE"
            : others.Exists(other => other.Key.Sn == row.Key.Sn) ? "STORE_SN_LIVE"
            : others.Exists(other => (other.Key.Acquirer, other.MerchantNo, other.TerminalNo) == (row.Key.Acquirer, row.MerchantNo, row.TerminalNo)) ? "STORE_NUMBERS_LIVE"
            : null;
    }

    private string? Break(HoldRow row, HoldRow? old) =>
        row.UntilUnixMs != 0 && (row.UntilUnixMs < row.EffectiveAtUnixMs || (row.UntilUnixMs == row.EffectiveAtUnixMs && row.LiftedAtUnixMs == 0)) ? "STORE_CHECK"
        : old is not null && (old.Kind != row.Kind || old.On != row.On) ? "STORE_HOLD_CHANGED"
        : Has(row.On.Target switch { HoldTarget.Identity => "2", HoldTarget.Merchant => "4", HoldTarget.Card => "3", _ => "5" }, row.Acquirer, row.On.Key) ? null : "STORE_REFERENCE";

    private string? Break(DocumentRow row, DocumentRow? old)
    {
        var (kind, others) = (row.Key.Kind, Documents.Where(other => other.Key.Kind == row.Key.Kind && other.Key.Acquirer == row.Key.Acquirer && other.Key.Id != row.Key.Id && other.Subject == row.Subject).ToList());
        return (kind is DocumentKind.Policy or DocumentKind.MaintenanceWindow && row.State > 3) || (kind == DocumentKind.MaintenanceWindow && row.UntilUnixMs == 0) ? "STORE_CHECK"
            : kind == DocumentKind.Receipt && old is not null ? "STORE_RECEIPT_FINAL"
            : kind == DocumentKind.Case && !Has("2", row.Key.Acquirer, row.Subject) ? "STORE_REFERENCE"
            : kind == DocumentKind.Deregistration && !Has("4", row.Key.Acquirer, row.Subject) ? "STORE_REFERENCE"
            : kind == DocumentKind.Receipt && !Has("8Deregistration", row.Key.Acquirer, row.Subject) ? "STORE_REFERENCE"
            : IsOpen(row) && others.Exists(IsOpen) ? "STORE_MATTER_OPEN"
            : null;
    }

    private static bool IsOpen(DocumentRow row) => row.Key.Kind switch
    {
        DocumentKind.Case => row.State <= 6,
        DocumentKind.Deregistration => row.State is <= 8 or 13,
        DocumentKind.Receipt => true,
        _ => false,
    };

    private bool Has(string kind, AcquirerId acquirer, string key) => _rows.ContainsKey(Name(kind, acquirer, key));

    private static string NameOf(object row) => row switch
    {
        AcquirerRow acquirer => Name("1", acquirer.Id, ""),
        IdentityRow identity => Name("2", identity.Acquirer, identity.Id.ToString()),
        CardRow card => Name("3", card.Acquirer, card.Fingerprint.ToString()),
        MerchantRow merchant => Name("4", merchant.Key.Acquirer, merchant.Key.No.ToString()),
        TerminalRow terminal => Name("5", terminal.Key.Acquirer, terminal.Key.Sn.ToString()),
        HoldRow hold => Name("6", hold.Acquirer, hold.Id.ToString()),
        DocumentRow document => Name("8" + document.Key.Kind, document.Key.Acquirer, document.Key.Id.ToString()),
        _ => throw new ArgumentException("No row.", nameof(row)),
    };

    private static string Name(string kind, AcquirerId acquirer, string key) => $"{kind}\u0001{acquirer}\u0001{key}";
}

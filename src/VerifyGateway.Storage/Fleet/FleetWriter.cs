using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Writes a fleet file, see docs/fleet-format.md: always the same bytes for the same rows, with fields that say nothing left out.
/// One thread at a time. Does not own the stream.
/// </summary>
public sealed class FleetWriter(Stream stream) : IDisposable
{
    private const int Full = 64 * 1024;

    // Room for a longest line behind a buffer that is not yet full.
    private readonly byte[] _buffer = new byte[Full + 16 * 1024];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private static readonly long LastInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private int _used;

    /// <summary>Lines so far.</summary>
    public int Lines { get; private set; }

    /// <summary>Writes the line of a row.</summary>
    /// <param name="row">An acquirer, identity, card, merchant, terminal or hold.</param>
    /// <param name="note">ASCII letters, digits, spaces and _ . - = , for people; empty for none.</param>
    /// <exception cref="StoreUnavailableException">The row holds a detail that only a newer version knows.</exception>
    public void Write(object row, string note = "")
    {
        switch (row)
        {
            case TerminalRow terminal:
                Terminal(terminal);
                break;
            case MerchantRow merchant:
                Merchant(merchant);
                break;
            case IdentityRow identity:
                Identity(identity);
                break;
            case CardRow card:
                Card(card);
                break;
            case HoldRow hold:
                Hold(hold);
                break;
            case AcquirerRow acquirer:
                Begin("acquirer"u8, acquirer.Id.ToString());
                Text("name_code"u8, acquirer.NameCode.ToString());
                Code("acquirer_kind"u8, acquirer.Kind);
                break;
            default:
                throw new UnreachableException();
        }

        Text("note"u8, note);
        EndLine();
    }

    /// <summary>Writes the end line, which lets a reader tell whether it has all lines and whether they are as they were written.</summary>
    public void Finish()
    {
        Flush();
        var sum = Convert.ToHexStringLower(_hash.GetCurrentHash());
        Raw("{\"kind\":\"end\",\"lines\":\""u8);
        Utf8Formatter.TryFormat(Lines, _buffer.AsSpan(_used), out var digits);
        _used += digits;
        Raw("\""u8);
        Text("sha256"u8, sum);
        EndLine();
        Flush();
        stream.Flush();
    }

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();

    private void Identity(IdentityRow row)
    {
        Begin("identity"u8, row.Acquirer.ToString());
        Text("identity_id"u8, row.Id.ToString());
        Code("state"u8, row.State);
        if (row.ReverifyByUnixMs > 0)
        {
            Time("reverify_by"u8, row.ReverifyByUnixMs);
        }

        if (row.DocumentValidTo is { } day)
        {
            Day("document_valid_to"u8, day);
        }
        else
        {
            // Null says something here: valid for life.
            Raw(",\"document_valid_to\":null"u8);
        }

        Text("holder_mask"u8, row.HolderMask.ToString());
        if (row.Subject is { } subject)
        {
            Code("subject_kind"u8, subject);
        }

        Text("document_hash"u8, row.DocumentHash.ToString());
        Text("document_hash_key"u8, row.DocumentHashKey.ToString());
        Text("phone_hash"u8, row.PhoneHash.ToString());
        Text("phone_hash_key"u8, row.PhoneHashKey.ToString());
        if (row.VerifiedAtUnixMs > 0)
        {
            Time("verified_at"u8, row.VerifiedAtUnixMs);
        }

        if (row.Detail is { } detail)
        {
            // A newer gateway on the same store may know more details; leaving one out would lose it without a word.
            Text("detail"u8, DetailTable.Find(detail)?.Code ?? throw new StoreUnavailableException(
                $"The detail {(int)detail} of identity {row.Id} of acquirer {row.Acquirer} has no code in this version: export with the version that wrote it."));
        }
    }

    private void Card(CardRow row)
    {
        Begin("card"u8, row.Acquirer.ToString());
        Text("card_fingerprint"u8, row.Fingerprint.ToString());
        Text("card_fingerprint_key"u8, row.FingerprintKey.ToString());
        Text("card_mask"u8, row.Mask.ToString());
        Text("identity_id"u8, row.Identity.ToString());
    }

    private void Merchant(MerchantRow row)
    {
        Begin("merchant"u8, row.Key.Acquirer.ToString());
        Text("merchant_no"u8, row.Key.No.ToString());
        Text("identity_id"u8, row.Identity.ToString());
        Code("state"u8, row.State);
        Text("settlement_card_mask"u8, row.SettlementCardMask.ToString());
        if (row.Kind is { } kind)
        {
            Code("merchant_kind"u8, kind);
        }

        Text("region"u8, row.Region.ToString());
        Text("mcc"u8, row.Category.ToString());
        if (row.AccountClass is { } accountClass)
        {
            Code("account_class"u8, accountClass);
        }

        Text("card_fingerprint"u8, row.Card.ToString());
        if (row.CardDiffers)
        {
            Code("settlement_card_holder"u8, CardHolder.Differs);
        }

        Day("opened_on"u8, row.OpenedOn);
        Day("last_active_on"u8, row.LastActiveOn);
        Day("ended_on"u8, row.EndedOn);
    }

    private void Terminal(TerminalRow row)
    {
        Begin("terminal"u8, row.Key.Acquirer.ToString());
        Text("terminal_sn"u8, row.Key.Sn.ToString());
        Text("terminal_no"u8, row.TerminalNo.ToString());
        Text("merchant_no"u8, row.MerchantNo.ToString());
        Code("state"u8, row.State);
        var place = row.Location;
        if (place.Kind == LocationRuleKind.Address)
        {
            Text("location_latitude"u8, FleetValues.DegreesOf(place.LatitudeMicrodegrees));
            Text("location_longitude"u8, FleetValues.DegreesOf(place.LongitudeMicrodegrees));
            Text("location_radius_metres"u8, place.RadiusMetres.ToString(CultureInfo.InvariantCulture));
        }

        Text("location_region"u8, place.Region.ToString());
        Day("ended_on"u8, row.EndedOn);
    }

    private void Hold(HoldRow row)
    {
        Begin("hold"u8, row.Acquirer.ToString());
        Text("hold_id"u8, row.Id.ToString());
        Code("hold_kind"u8, row.Kind);
        Text(
            row.On.Target switch
            {
                HoldTarget.Identity => "identity_id"u8,
                HoldTarget.Merchant => "merchant_no"u8,
                HoldTarget.Card => "card_fingerprint"u8,
                _ => "terminal_sn"u8,
            },
            row.On.Key);
        Time("effective_at"u8, row.EffectiveAtUnixMs);
        if (row.UntilUnixMs > 0)
        {
            Time("until"u8, row.UntilUnixMs);
        }

        if (row.RefundsPass)
        {
            Code("refunds"u8, HoldRefunds.Pass);
        }

        if (row.Authority is { } authority)
        {
            Code("hold_authority"u8, authority);
        }

        Free("document_no"u8, row.DocumentNo);
        Free("organ"u8, row.Organ);
        Free("hold_reason"u8, row.Reason);
        Free("placed_by"u8, row.PlacedBy);
        if (row.PlacedAtUnixMs > 0)
        {
            Time("placed_at"u8, row.PlacedAtUnixMs);
        }

        Free("lifted_by"u8, row.LiftedBy);
        if (row.LiftedAtUnixMs > 0)
        {
            Time("lifted_at"u8, row.LiftedAtUnixMs);
        }

        Free("lift_document_no"u8, row.LiftDocumentNo);
        Text("renewals"u8, row.Renewals == 0 ? "" : row.Renewals.ToString(CultureInfo.InvariantCulture));
    }

    private void Begin(ReadOnlySpan<byte> kind, string acquirer)
    {
        Raw("{\"kind\":\""u8);
        Raw(kind);
        Raw("\""u8);
        Text("acquirer_id"u8, acquirer);
    }

    /// <summary>A field with a text of characters that JSON does not escape; left out when empty.</summary>
    private void Text(ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            Name(name);
            _used += Encoding.ASCII.GetBytes(value, _buffer.AsSpan(_used));
            Raw("\""u8);
        }
    }

    /// <summary>A field with a text of any printable characters; left out when empty.</summary>
    private void Free(ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            Name(name);
            Raw(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            Raw("\""u8);
        }
    }

    private void Code<T>(ReadOnlySpan<byte> name, T value)
        where T : struct, Enum
    {
        Name(name);
        Raw(EnumCodes<T>.Of(value));
        Raw("\""u8);
    }

    /// <summary>A time in UTC; one past the end of the calendar, which is how "never" may be stored, as the calendar's last.</summary>
    private void Time(ReadOnlySpan<byte> name, long unixMs) =>
        Text(name, DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(unixMs, LastInstant)).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>A day; left out when there is none.</summary>
    private void Day(ReadOnlySpan<byte> name, DateOnly? day) => Text(name, day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");

    private void Name(ReadOnlySpan<byte> name)
    {
        Raw(",\""u8);
        Raw(name);
        Raw("\":\""u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void EndLine()
    {
        Raw("}\n"u8);
        Lines++;
        if (_used >= Full)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _used);
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}

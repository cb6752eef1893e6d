using System.Text.Json;
using System.Text.Json.Serialization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>The answer of a write of a hold, as it is kept with the request: the same id is answered the same, whatever has become of the hold.</summary>
internal sealed record HoldAnswer(
    string Acquirer, string Id, byte Kind, byte Target, string On, long From, long Until, long Version, bool RefundsPass, byte Authority, string DocumentNo, string Organ,
    string Reason, string PlacedBy, long PlacedAt, string LiftedBy, long LiftedAt, string LiftDocumentNo, int Renewals, bool StoodAlready)
{
    /// <summary>The answer as bytes.</summary>
    public static byte[] Of(HoldView hold, bool stoodAlready) => JsonSerializer.SerializeToUtf8Bytes(
        new HoldAnswer(
            hold.Acquirer.ToString(), hold.Id, (byte)hold.Kind, (byte)hold.On.Target, hold.On.Key, hold.EffectiveAtUnixMs, hold.UntilUnixMs, hold.Version, hold.RefundsPass,
            (byte)(hold.Authority ?? 0), hold.DocumentNo, hold.Organ, hold.Reason, hold.PlacedBy, hold.PlacedAtUnixMs, hold.LiftedBy, hold.LiftedAtUnixMs, hold.LiftDocumentNo,
            hold.Renewals, stoodAlready),
        HoldAnswers.Default.HoldAnswer);

    /// <summary>The answer that the bytes are.</summary>
    /// <exception cref="StoreUnavailableException">They are damaged.</exception>
    public static (HoldView Hold, bool StoodAlready) Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var it = JsonSerializer.Deserialize(bytes, HoldAnswers.Default.HoldAnswer);
            if (it is not null && AcquirerId.TryParse(it.Acquirer, out var acquirer, out _))
            {
                return (new HoldView(acquirer, it.Id, (HoldKind)it.Kind, new HoldOn((HoldTarget)it.Target, it.On), it.From, it.Until, it.Version)
                {
                    RefundsPass = it.RefundsPass,
                    Authority = it.Authority == 0 ? null : (HoldAuthority)it.Authority,
                    DocumentNo = it.DocumentNo,
                    Organ = it.Organ,
                    Reason = it.Reason,
                    PlacedBy = it.PlacedBy,
                    PlacedAtUnixMs = it.PlacedAt,
                    LiftedBy = it.LiftedBy,
                    LiftedAtUnixMs = it.LiftedAt,
                    LiftDocumentNo = it.LiftDocumentNo,
                    Renewals = it.Renewals,
                }, it.StoodAlready);
            }
        }
        catch (JsonException damaged)
        {
            throw new StoreUnavailableException("A stored answer of a write of a hold is damaged.", damaged);
        }

        throw new StoreUnavailableException("A stored answer of a write of a hold is damaged.");
    }
}

/// <summary>How answers become JSON.</summary>
[JsonSerializable(typeof(HoldAnswer))]
internal sealed partial class HoldAnswers : JsonSerializerContext;

/// <summary>Holds as rows and as those see them who only know the port.</summary>
internal static class HoldViews
{
    /// <summary>A stored hold for the port.</summary>
    public static HoldView Of(StoredHold hold)
    {
        var row = hold.Row;
        return new HoldView(row.Acquirer, row.Id.ToString(), row.Kind, new HoldOn(row.On.Target, row.On.Key), row.EffectiveAtUnixMs, row.UntilUnixMs, hold.Version)
        {
            RefundsPass = row.RefundsPass,
            Authority = row.Authority,
            DocumentNo = row.DocumentNo,
            Organ = row.Organ,
            Reason = row.Reason,
            PlacedBy = row.PlacedBy,
            PlacedAtUnixMs = row.PlacedAtUnixMs,
            LiftedBy = row.LiftedBy,
            LiftedAtUnixMs = row.LiftedAtUnixMs,
            LiftDocumentNo = row.LiftDocumentNo,
            Renewals = row.Renewals,
        };
    }

    /// <summary>What a hold stands on, as rows name it.</summary>
    /// <exception cref="ArgumentException">The key is not well formed.</exception>
    public static HoldSubject SubjectOf(HoldOn on) => on.Target switch
    {
        HoldTarget.Identity => HoldSubject.Identity(IdOf(on.Key)),
        HoldTarget.Merchant when MerchantNo.TryParse(on.Key, out var no, out _) => HoldSubject.Merchant(no),
        HoldTarget.Terminal when TerminalSn.TryParse(on.Key, out var sn, out _) => HoldSubject.Terminal(sn),
        HoldTarget.Card when KeyedHash.TryParse(on.Key, out var card, out _) => HoldSubject.Card(card),
        _ => throw new ArgumentException($"No {on.Target} has a key like that.", nameof(on)),
    };

    /// <summary>An id of the port's.</summary>
    /// <exception cref="ArgumentException">It is not well formed.</exception>
    public static EntityId IdOf(string text) => EntityId.TryParse(text, out var id, out var broken) ? id : throw new ArgumentException(broken.Sentence, nameof(text));
}

using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.RedisLoad;

/// <summary>A record as the gateway keeps it in Redis.</summary>
internal static class Record
{
    /// <summary>An active terminal without holds: what nearly all are.</summary>
    public static byte[] Pack(string acquirer, string sn, string no, string merchant)
    {
        var key = new TerminalKey(Of<AcquirerId>(AcquirerId.TryParse, acquirer), Of<TerminalSn>(TerminalSn.TryParse, sn));
        var record = new TerminalRecord(key, Of<TerminalNo>(TerminalNo.TryParse, no), Of<MerchantNo>(MerchantNo.TryParse, merchant), TerminalState.Active, 1, []);
        return RedisValueCodec.Pack(new RedisKeys("compare").Of(key), new RecordCopy<TerminalRecord>(record, 1, 1));
    }

    private static T Of<T>(Parser<T> parser, string text) => parser(text, out var value, out var broken) ? value : throw new FormatException(broken!.ToString());

    private delegate bool Parser<T>(string text, out T value, out IdentifierRule? broken);
}

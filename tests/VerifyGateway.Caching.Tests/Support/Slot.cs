using VerifyGateway.Caching.Memory;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>Unpacks what the table holds under a key.</summary>
internal static class Slot
{
    public static bool TryUnpack(ReadOnlySpan<byte> packed, in TerminalKey key, out TerminalRecord record) =>
        SlotCodec.TryUnpack(packed, RecordName.Of(key, new byte[RecordName.MostBytes]), key, out record);

    public static bool TryUnpack(ReadOnlySpan<byte> packed, in MerchantKey key, out MerchantRecord record) =>
        SlotCodec.TryUnpack(packed, RecordName.Of(key, new byte[RecordName.MostBytes]), key, out record);
}

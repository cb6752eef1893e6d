using System.Buffers.Binary;
using System.Numerics;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>Copies as Redis holds them with another byte in a place, under the check that is right for it: what another version would write.</summary>
internal static class Resealed
{
    private const int CheckAt = 17;
    private const int RecordAt = 21;

    /// <summary>The value with the byte at a place that is not the check's.</summary>
    public static byte[] With(byte[] value, int at, byte other)
    {
        var changed = value.ToArray();
        changed[at] = other;
        // The checks of two values of one length and name differ by that of their difference, from 0: the name need not be known.
        uint difference = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (i is < CheckAt or >= RecordAt)
            {
                difference = BitOperations.Crc32C(difference, (byte)(value[i] ^ changed[i]));
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(CheckAt), BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(CheckAt)) ^ difference);
        return changed;
    }
}

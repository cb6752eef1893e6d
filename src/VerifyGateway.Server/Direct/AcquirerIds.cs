using System.Buffers.Binary;
using System.Text;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// Acquirer ids by their characters, so that a check that comes as bytes needs no new string: a gateway serves few acquirers. Those that
/// do not fit beside one another are made anew. Safe from any thread.
/// </summary>
internal sealed class AcquirerIds
{
    private const int Places = 256;

    // An id is one reference, so a place is never seen half written.
    private readonly AcquirerId[] _known = new AcquirerId[Places];

    /// <summary>The id that these characters are; false when they are none.</summary>
    public bool TryRead(ReadOnlySpan<byte> ascii, out AcquirerId id)
    {
        if (ascii.Length < 8)
        {
            id = default;
            return false;
        }

        ref var known = ref _known[(int)((BinaryPrimitives.ReadUInt64LittleEndian(ascii[^8..]) * 0x9E37_79B9_7F4A_7C15) >> 56)];
        id = known;
        if (Ascii.Equals(ascii, id.ToString()))
        {
            return true;
        }

        if (!AcquirerId.TryParse(Encoding.Latin1.GetString(ascii), out id, out _))
        {
            return false;
        }

        known = id;
        return true;
    }
}

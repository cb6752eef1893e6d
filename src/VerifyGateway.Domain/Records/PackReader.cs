using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Domain.Records;

/// <summary>Reads a packed record; after the first thing that is not there, everything reads as zero and the whole counts as refused.</summary>
internal ref struct PackReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _refused;

    public PackReader(ReadOnlySpan<byte> packed, byte form)
    {
        _rest = packed;
        _refused = Byte() != form;
    }

    /// <summary>True when all that was read was there and nothing is left.</summary>
    public readonly bool IsWholeAndAtEnd => !_refused && _rest.IsEmpty;

    public void Refuse() => _refused = true;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public int Int32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long Int64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public string Text() => Encoding.ASCII.GetString(Take(Byte()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_refused || _rest.Length < count)
        {
            _refused = true;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Rows in the binary form of COPY, gathered and sent in large pieces. The driver's own writer costs several times as much for
/// each value, and an import has millions. One thread at a time.
/// </summary>
internal sealed class PostgresCopyBuffer(Stream to)
{
    private const int Piece = 128 * 1024;
    private static readonly int FirstDay = new DateOnly(2000, 1, 1).DayNumber;

    private byte[] _bytes = new byte[2 * Piece];
    private int _count;

    /// <summary>Begins: signature, flags and an empty extension.</summary>
    public void Begin()
    {
        ReadOnlySpan<byte> signature = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0];
        signature.CopyTo(Take(signature.Length));
        Take(8).Clear();
    }

    /// <summary>Begins a row of so many columns, and sends what has been gathered when it is enough.</summary>
    public ValueTask BeginRowAsync(int columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)columns);
        return _count >= Piece ? SendAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Ends, and sends what is left.</summary>
    public ValueTask EndAsync()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        return SendAsync();
    }

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Small(short value)
    {
        Length(2);
        BinaryPrimitives.WriteInt16BigEndian(Take(2), value);
    }

    public void Whole(int value)
    {
        Length(4);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value);
    }

    public void Big(long value)
    {
        Length(8);
        BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
    }

    public void Flag(bool value)
    {
        Length(1);
        Take(1)[0] = value ? (byte)1 : (byte)0;
    }

    public void Day(DateOnly value) => Whole(value.DayNumber - FirstDay);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Length(value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Length(length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    private void Length(int length) => BinaryPrimitives.WriteInt32BigEndian(Take(4), length);

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _count < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _count + count));
        }

        var place = _bytes.AsSpan(_count, count);
        _count += count;
        return place;
    }

    private async ValueTask SendAsync()
    {
        await to.WriteAsync(_bytes.AsMemory(0, _count));
        _count = 0;
    }
}

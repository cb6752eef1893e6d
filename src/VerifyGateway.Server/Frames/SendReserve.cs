using System.Buffers.Binary;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What may be sent without asking the web server. The window of a connection is one for all that is sent (RFC 9113 section 5.2), and the
/// web server counts it as its own: so a part of what the caller grants is kept from it, and only that part is spent here. The web server
/// never believes that it has more than there is. For the thread that reads the connection.
/// </summary>
internal sealed class SendReserve
{
    private const int InitialWindow = 65_535;

    // A quarter of the window that every connection begins with: callers grant again when half of it or less is used up.
    private const uint Least = 16 * 1024;
    private const int UsualTable = 4_096;
    private const int Setting = 6;
    private const ushort TableSetting = 1;
    private const ushort InitialWindowSetting = 4;

    private uint _wanted = Least;
    private uint _held;
    private uint _streamWindow = InitialWindow;

    /// <summary>True when that much may be sent, on a stream on which nothing was sent.</summary>
    public bool MaySend(int bytes) => _held >= bytes && _streamWindow >= bytes;

    /// <summary>So much is sent.</summary>
    public void Spend(int bytes) => _held -= (uint)bytes;

    /// <summary>True when something of a grant is wanted.</summary>
    public bool IsWanting(uint grant) => _held < Math.Max(_wanted, grant / 2);

    /// <summary>The caller grants so much for the connection.</summary>
    /// <returns>What is left of it for the web server.</returns>
    public uint Take(uint grant)
    {
        // The caller grants again when about half of the largest grant is used up.
        _wanted = Math.Max(_wanted, grant / 2);
        var taken = Math.Min(grant, _wanted - _held);
        _held += taken;
        return grant - taken;
    }

    /// <summary>Nothing is sent without the web server any longer: it gets what is left.</summary>
    public uint GiveBack()
    {
        var left = _held;
        _held = 0;
        return left;
    }

    /// <summary>The caller's settings come: how much may be sent on a new stream is one of them.</summary>
    /// <returns>
    /// False when only the web server can write headers that the caller understands: whoever wants a table smaller than the usual one has to
    /// be told its size in the next headers (RFC 7541 section 4.2), and some end the connection with headers that do not begin so.
    /// </returns>
    public bool Read(ReadOnlySpan<byte> settings)
    {
        var isUsual = true;
        for (; settings.Length >= Setting; settings = settings[Setting..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(settings))
            {
                case InitialWindowSetting:
                    _streamWindow = value;
                    break;
                case TableSetting:
                    isUsual &= value >= UsualTable;
                    break;
            }
        }

        return isUsual;
    }
}

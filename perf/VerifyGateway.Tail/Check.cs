using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Tail;

/// <summary>How a check was answered.</summary>
internal enum Answer : byte
{
    /// <summary>Not with ALLOW: all terminals that are asked for are good ones, so this is a failure.</summary>
    Other,
    /// <summary>ALLOW, from the gateway's memory.</summary>
    FromMemory,
    /// <summary>ALLOW, and memory could not say it.</summary>
    FromElsewhere,
}

/// <summary>
/// CheckStatus for a terminal of the generated fleet, as the bytes of HTTP/2: all have the same length, and only digits change. Names are
/// those that the gateway under measurement makes of the same numbers. For one thread.
/// </summary>
internal sealed class Check
{
    public const string Path = "/verifygateway.v1.VerificationService/CheckStatus";

    private const int GrpcHead = 5;
    private readonly byte[] _body;
    private readonly int _sn;
    private readonly int _no;
    private readonly int _merchant;

    public Check()
    {
        using var message = new MemoryStream();
        Text(2, "48025840");
        _sn = Text(3, "00005702000000000000") - 12;
        _no = Text(4, "00000000") - 8;
        _merchant = Text(5, "898440000000000") - 9;
        message.Write([6 << 3, 1]); // A sale.
        _body = new byte[GrpcHead + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(_body.AsSpan(1), (int)message.Length);
        message.ToArray().CopyTo(_body.AsSpan(GrpcHead));

        // Returns where the text ends within the body.
        int Text(int field, string text)
        {
            message.Write([(byte)((field << 3) | 2), (byte)text.Length]);
            message.Write(Encoding.ASCII.GetBytes(text));
            return GrpcHead + (int)message.Length;
        }
    }

    /// <summary>The message in its frame; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(int terminal)
    {
        Digits(_sn, 12, terminal);
        Digits(_no, 8, (terminal % 99_999_999) + 1);
        Digits(_merchant, 9, (int)((long)terminal * 3 / 4));
        return _body;
    }

    /// <summary>What an answer's message says, in its frame.</summary>
    public static Answer Read(ReadOnlySpan<byte> frame)
    {
        const ulong DecisionTag = 2 << 3;
        const ulong SourceTag = 14 << 3;
        var (decision, source) = (0UL, 0UL);
        for (var message = frame.Length > GrpcHead ? frame[GrpcHead..] : default; message.Length > 0;)
        {
            var tag = Number(ref message);
            var value = Number(ref message);
            if ((tag & 7) == 2)
            {
                message = message[(int)value..];
            }

            decision = tag == DecisionTag ? value : decision;
            source = tag == SourceTag ? value : source;
        }

        return decision != 1 ? Answer.Other : source == 1 ? Answer.FromMemory : Answer.FromElsewhere;
    }

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(one & 127) << shift;
            if (one < 128)
            {
                return number;
            }
        }
    }

    private void Digits(int at, int count, int number)
    {
        for (var i = at + count - 1; i >= at; i--)
        {
            _body[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}

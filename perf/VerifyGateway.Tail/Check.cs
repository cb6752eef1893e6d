using System.Buffers.Binary;
using System.Text;
using VerifyGateway.CheckWire;

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
    private const int GrpcHead = 5;

    // AnswerSource of the contract.
    private const int FromMemory = 1;
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
        var answer = CheckAnswer.Read(frame);
        return !answer.IsAllow ? Answer.Other : answer.Source == FromMemory ? Answer.FromMemory : Answer.FromElsewhere;
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

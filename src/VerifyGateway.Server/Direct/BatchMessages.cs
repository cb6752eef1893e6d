using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Direct;

/// <summary>A BatchCheckStatusRequest as its bytes.</summary>
public sealed class BatchRequest : IDisposable
{
    private byte[] _bytes;

    private BatchRequest(byte[] bytes, int length) => (_bytes, Length) = (bytes, length);

    /// <summary>Length of the message.</summary>
    public int Length { get; }

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Message => _bytes.AsSpan(0, Length);

    /// <summary>Takes the message from the wire.</summary>
    public static Marshaller<BatchRequest> Marshaller { get; } = new(static (_, _) => throw new NotSupportedException(), Read);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private static BatchRequest Read(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        var bytes = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        payload.CopyTo(bytes);
        return new BatchRequest(bytes, (int)payload.Length);
    }
}

/// <summary>A BatchCheckStatusResponse: results as their bytes, and between them those that came as messages.</summary>
public sealed class BatchAnswer
{
    private const int UsualHead = 4;
    private const int MostHead = 6;

    private readonly List<(int At, CheckResult Result)> _messages = [];
    private byte[] _bytes;
    private int _length;

    /// <summary>An answer of some bytes, which grows.</summary>
    public BatchAnswer(int bytes) => _bytes = ArrayPool<byte>.Shared.Rent(bytes);

    /// <summary>Writes the message, once.</summary>
    public static Marshaller<BatchAnswer> Marshaller { get; } = new(static (answer, context) => answer.Write(context), static _ => throw new NotSupportedException());

    /// <summary>Number of results that came, or are to come, as messages.</summary>
    internal int Messages => _messages.Count;

    /// <summary>Place for an answer of so many bytes, with what will stand before it.</summary>
    internal Span<byte> Place(int most)
    {
        if (_bytes.Length - _length < MostHead + most)
        {
            var larger = ArrayPool<byte>.Shared.Rent((2 * _bytes.Length) + MostHead + most);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length + UsualHead, most);
    }

    /// <summary>Takes the answer that was written to its place: as an answer in a result in this message.</summary>
    internal void Take(int length)
    {
        var result = 1 + WireWriter.SizeOf((ulong)length) + length;
        var head = 1 + WireWriter.SizeOf((ulong)result) + result - length;
        if (head != UsualHead)
        {
            _bytes.AsSpan(_length + UsualHead, length).CopyTo(_bytes.AsSpan(_length + head));
        }

        var to = new WireWriter(_bytes.AsSpan(_length, head));
        to.Begin(BatchCheckStatusResponse.ResultsFieldNumber, result);
        to.Begin(CheckResult.AnswerFieldNumber, length);
        _length += head + length;
    }

    /// <summary>Keeps a place for a result that comes as a message.</summary>
    internal void Skip() => _messages.Add((_length, null!));

    /// <summary>Fills the places that were kept, in their order.</summary>
    internal void Fill(IReadOnlyList<CheckResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            _messages[i] = (_messages[i].At, results[i]);
        }
    }

    private void Write(SerializationContext context)
    {
        var head = CodedOutputStream.ComputeTagSize(BatchCheckStatusResponse.ResultsFieldNumber);
        context.SetPayloadLength(_length + _messages.Sum(it => head + CodedOutputStream.ComputeMessageSize(it.Result)));
        var writer = context.GetBufferWriter();
        var from = 0;
        foreach (var (at, result) in _messages)
        {
            writer.Write(_bytes.AsSpan(from, at - from));
            // One result is written as a message that holds it alone: they stand side by side as these do.
            new BatchCheckStatusResponse { Results = { result } }.WriteTo(writer);
            from = at;
        }

        writer.Write(_bytes.AsSpan(from, _length - from));
        context.Complete();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}

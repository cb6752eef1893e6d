using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Short checks with a part that says that it is nearly 2 GiB long: alone, within another part, or within another such part.</summary>
internal sealed class HugeMessages(int seed)
{
    // Fields of the check that are texts and parts, and some that it does not know.
    private static readonly ulong[] Fields = [1, 5, 9, 10, 12, 13, 17, 300];

    private const ulong TraceField = CheckStatusRequest.TraceFieldNumber;

    private readonly Random _random = new(seed);
    private readonly DirectMessages _messages = new(new Random(seed), new DirectFleet(seed, TimeProvider.System).Pairs);

    public byte[] Next()
    {
        var part = _random.Next(3) switch
        {
            0 => Huge(Field()),
            1 => DirectWire.Counted(TraceField, Huge(Field())),
            _ => [.. Huge(TraceField), .. Huge(Field())],
        };
        return _random.Next(2) == 0 ? [.. _messages.Valid().ToByteArray(), .. part, .. _messages.Next()] : [.. part, .. _messages.Next()];
    }

    private byte[] Huge(ulong field) => [.. DirectWire.Varint((field << 3) | 2), .. DirectWire.Varint((ulong)(int.MaxValue - _random.Next(300)))];

    private ulong Field() => Fields[_random.Next(Fields.Length)];
}

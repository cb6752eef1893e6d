using Google.Protobuf;
using VerifyGateway.Server.Faults;

namespace VerifyGateway.Server.Rpc;

/// <summary>Parses a request that came as bytes.</summary>
internal static class RequestParser
{
    /// <summary>The message.</summary>
    /// <param name="message">Its bytes.</param>
    /// <param name="whole">The name of the message that it is a part of; null when it is whole.</param>
    /// <exception cref="GatewayException">INVALID_ARGUMENT: the bytes are no message of this type.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> message, string? whole = null)
        where T : IMessage<T>, new()
    {
        var parsed = new T();
        if (!WireLengths.Fit(parsed.Descriptor, message))
        {
            throw GatewayException.Malformed(whole ?? typeof(T).Name);
        }

        try
        {
            parsed.MergeFrom(message);
            return parsed;
        }
        catch (InvalidProtocolBufferException)
        {
            throw GatewayException.Malformed(whole ?? typeof(T).Name);
        }
    }
}

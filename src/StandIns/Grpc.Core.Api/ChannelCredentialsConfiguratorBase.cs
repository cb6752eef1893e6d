namespace Grpc.Core;

/// <summary>Implemented by a channel that wants to know what <see cref="ChannelCredentials"/> consist of.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>The channel is plain text.</summary>
    /// <param name="state">What the channel passed in.</param>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>The channel uses TLS.</summary>
    /// <param name="state">What the channel passed in.</param>
    /// <param name="rootCertificates">Trusted roots in PEM, or null for the machine's own.</param>
    /// <param name="keyCertificatePair">The client's certificate, or null.</param>
    /// <param name="verifyPeerCallback">Has the last word about the server's certificate, or null.</param>
    public abstract void SetSslCredentials(object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The channel adds credentials to each call.</summary>
    /// <param name="state">What the channel passed in.</param>
    /// <param name="channelCredentials">Secures the channel.</param>
    /// <param name="callCredentials">Go with each call.</param>
    public abstract void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}

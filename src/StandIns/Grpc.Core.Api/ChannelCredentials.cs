namespace Grpc.Core;

/// <summary>How a channel secures its connections, and credentials for all its calls.</summary>
public abstract class ChannelCredentials
{
    /// <summary>For derived types.</summary>
    public ChannelCredentials()
    {
    }

    /// <summary>Plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new Plain();

    /// <summary>TLS with the machine's own trusted roots.</summary>
    public static ChannelCredentials SecureSsl => DefaultSsl.Value;

    /// <summary>Adds call credentials to every call of a channel.</summary>
    /// <param name="channelCredentials">Secures the channel.</param>
    /// <param name="callCredentials">Go with each call.</param>
    /// <returns>Both as one.</returns>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
        new WithCalls(channelCredentials, callCredentials);

    /// <summary>Shows what the credentials consist of. For channel implementations, not for applications.</summary>
    /// <param name="configurator">Is told the kind and its parts.</param>
    /// <param name="state">Handed on to the configurator.</param>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);

    // Apart, because SslCredentials derives from this class: an initialiser here would need it half-made.
    private static class DefaultSsl
    {
        internal static readonly SslCredentials Value = new();
    }

    private sealed class Plain : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetInsecureCredentials(state);
    }

    private sealed class WithCalls : ChannelCredentials
    {
        private readonly ChannelCredentials _channel;
        private readonly CallCredentials _calls;

        public WithCalls(ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            ArgumentNullException.ThrowIfNull(channelCredentials);
            ArgumentNullException.ThrowIfNull(callCredentials);
            _channel = channelCredentials;
            _calls = callCredentials;
        }

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetCompositeCredentials(state, _channel, _calls);
    }
}

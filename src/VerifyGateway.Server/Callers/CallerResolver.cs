using System.Net;
using Grpc.Core;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server.Faults;

namespace VerifyGateway.Server.Callers;

/// <summary>
/// The one place that says who makes a call. Without credentials only callers on this machine, and in networks that the settings
/// trust, are served, as the loopback caller of the settings. Safe from any thread; allocates nothing.
/// </summary>
public sealed class CallerResolver
{
    private readonly Caller _loopback;
    private readonly IPNetwork[] _trusted;

    /// <summary>Makes the loopback caller from the settings.</summary>
    /// <exception cref="ArgumentException">The acquirer of the settings is not an acquirer id, or a network not a network.</exception>
    public CallerResolver(CallerOptions options)
    {
        AcquirerId? acquirer = null;
        if (options.LoopbackAcquirer.Length > 0)
        {
            acquirer = AcquirerId.TryParse(options.LoopbackAcquirer, out var parsed, out var broken) ? parsed : throw new ArgumentException(broken.Sentence, nameof(options));
        }

        _trusted = options.TryReadNetworks(out var networks) ? [.. networks] : throw new ArgumentException("A trusted network is not a network in CIDR notation.", nameof(options));
        _loopback = new Caller("loopback", acquirer, Terminal: null, options.LoopbackRoles);
    }

    /// <summary>Says who makes the call, and that the caller may do what it asks.</summary>
    /// <exception cref="GatewayException">The caller is not known (UNAUTHENTICATED) or lacks the role (PERMISSION_DENIED).</exception>
    public Caller Resolve(ServerCallContext context, CallerRoles needed)
    {
        var caller = Find(context.GetHttpContext().Connection.RemoteIpAddress) ?? throw GatewayException.Unauthenticated();
        return caller.May(needed) ? caller : throw GatewayException.PermissionDenied();
    }

    /// <summary>Says who makes the call from an address; null when the caller is not known or lacks the role.</summary>
    internal Caller? Find(IPAddress? remote, CallerRoles needed) => Find(remote) is { } caller && caller.May(needed) ? caller : null;

    private Caller? Find(IPAddress? remote) => remote is null || !IsServed(remote) || _loopback.Roles == CallerRoles.None ? null : _loopback;

    private bool IsServed(IPAddress remote)
    {
        if (IPAddress.IsLoopback(remote))
        {
            return true;
        }

        foreach (ref readonly var network in _trusted.AsSpan())
        {
            if (network.Contains(remote) || (remote.IsIPv4MappedToIPv6 && network.Contains(remote.MapToIPv4())))
            {
                return true;
            }
        }

        return false;
    }
}

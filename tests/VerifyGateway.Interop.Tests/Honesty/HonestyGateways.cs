using Grpc.Core;
using Grpc.Net.Client;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>Gateways that are killed, begun anew and stopped while others call them.</summary>
/// <param name="settingsOf">The settings of each.</param>
/// <param name="count">How many.</param>
internal sealed class HonestyGateways(Func<int, string[]> settingsOf, int count) : IDisposable
{
    private readonly GatewayProcess?[] _gateways = new GatewayProcess?[count];
    private readonly HonestyPlace?[] _places = new HonestyPlace?[count];

    /// <summary>Those of gateways that are gone as well: somebody may be about to call them.</summary>
    private readonly List<GrpcChannel> _channels = [];

    /// <summary>How many there are.</summary>
    public int Count => count;

    /// <summary>A gateway; one that was killed stays here until another has begun in its place.</summary>
    public GatewayProcess this[int at] => _gateways[at]!;

    /// <summary>True for what a call may end with when its gateway is gone, stopped, or cannot tell.</summary>
    public static bool IsNoAnswer(RpcException fault) => fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal;

    /// <summary>Where a gateway is called.</summary>
    public HonestyPlace PlaceOf(int at) => Volatile.Read(ref _places[at])!;

    /// <summary>Begins all of them, one after the other.</summary>
    public async Task BeginAsync()
    {
        for (var at = 0; at < count; at++)
        {
            await BeginAsync(at);
        }
    }

    /// <summary>Begins a gateway, in the place of one that was killed if there was one.</summary>
    public async Task BeginAsync(int at)
    {
        _gateways[at]?.Dispose();
        var gateway = await GatewayProcess.StartAsync(settingsOf(at));
        _gateways[at] = gateway;
        _channels.Add(GrpcChannel.ForAddress(gateway.Grpc));
        Volatile.Write(ref _places[at], new HonestyPlace(_channels.Count, _channels[^1]));
    }

    /// <summary>Kills a gateway and begins another in its place, which knows nothing.</summary>
    public Task BeginAnewAsync(int at)
    {
        this[at].Process.Kill();
        return BeginAsync(at);
    }

    /// <summary>Waits until every gateway has answered from Redis again.</summary>
    public async Task UntilAnsweredFromRedisAsync(string after)
    {
        for (var at = 0; at < count; at++)
        {
            var before = await AnswersAsync(at);
            await Wait.UntilAsync(async () => await AnswersAsync(at) > before + 20, $"gateway {at} to answer from Redis after {after}");
        }

        Task<double> AnswersAsync(int at) => this[at].MetricAsync("verifygateway_decisions_total", "source=\"redis\"");
    }

    /// <summary>How many copies some gateways have refused because they knew of something newer.</summary>
    public async Task<double> RefusalsAsync(params int[] of)
    {
        double sum = 0;
        foreach (var at in of)
        {
            sum += await this[at].MetricAsync("verifygateway_admission_refusals_total", "cause=\"newer_known\"");
        }

        return sum;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _channels.ForEach(static channel => channel.Dispose());
        foreach (var gateway in _gateways)
        {
            gateway?.Dispose();
        }
    }
}

/// <summary>Where a gateway is called, as long as its process lives.</summary>
/// <param name="Process">Counts the processes.</param>
/// <param name="Channel">The way to it.</param>
internal sealed record HonestyPlace(int Process, GrpcChannel Channel);

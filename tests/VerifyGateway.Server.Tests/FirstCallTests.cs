using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Rpc;

namespace VerifyGateway.Server.Tests;

/// <summary>The call that an application makes itself before any caller does: that it goes the way of all calls, and leaves nothing behind.</summary>
public sealed class FirstCallTests(ITestOutputHelper output) : IAsyncLifetime
{
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await DirectRig.StartColdAsync(DirectComparisonTests.SeedOf(output), terminals: 30);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Call_GoesAsFarAsTheService_AndIsCountedNowhere()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        for (var call = 0; call < 3; call++)
        {
            // INVALID_ARGUMENT: what says nothing comes from where checks are admitted.
            Assert.Equal("3", await app.Services.GetRequiredService<FirstCall>().MakeAsync());
        }

        foreach (var series in new[] { "grpc_server_started_total", "grpc_server_handled_total", "grpc_server_handling_seconds_count", "verifygateway_decisions_total", "verifygateway_direct_left_total" })
        {
            Assert.Equal(0, await app.MetricAsync(series));
        }

        Assert.Equal(0, await _rig.MetricAsync("verifygateway_cache_requests_total"));

        // Others are counted by the same application.
        await app.SendAsync(new DirectRequest(new byte[5]));
        Assert.Equal(1, await app.MetricAsync("grpc_server_started_total"));
    }

    [Fact]
    public async Task Call_WhereNobodyIsServed_IsRefusedAllTheSame()
    {
        var app = await _rig.ServeAsync(isDirect: true, new CallerOptions { LoopbackRoles = CallerRoles.None });
        Assert.Equal("16", await app.Services.GetRequiredService<FirstCall>().MakeAsync());
    }

    [Fact]
    public async Task Call_OfAnApplicationThatHasNotStarted_SaysSo() =>
        Assert.Contains("has not started", (await Assert.ThrowsAsync<InvalidOperationException>(() => new FirstCall().MakeAsync())).Message, StringComparison.Ordinal);
}

using System.Net;
using VerifyGateway.Caching.Redis;

namespace VerifyGateway.Caching.Tests.Redis;

/// <summary>Each node of a cluster has a circuit of its own, and how many are open is known.</summary>
public sealed class RedisNodesTests
{
    private static readonly EndPoint First = new IPEndPoint(IPAddress.Loopback, 1);
    private static readonly EndPoint Second = new IPEndPoint(IPAddress.Loopback, 2);

    private readonly ManualTime _time = new();
    private readonly RedisNodes _nodes;

    public RedisNodesTests() => _nodes = new RedisNodes(new RedisOptions { CircuitMinimumCalls = 5, CircuitOpenForMs = 500 }, _time);

    [Fact]
    public async Task OpenCount_OneNodeIsSilent_IsOneUntilItAnswers()
    {
        for (var call = 1; call <= 5; call++)
        {
            Assert.Equal(0, _nodes.OpenCount);
            await AskAsync(First, isSilent: true);
            await AskAsync(Second, isSilent: false);
        }

        Assert.Equal(1, _nodes.OpenCount);
        // It tries again, in vain and then not.
        _time.AdvanceMs(500);
        await AskAsync(First, isSilent: true);
        Assert.Equal(1, _nodes.OpenCount);
        _time.AdvanceMs(500);
        await AskAsync(First, isSilent: false);
        Assert.Equal(0, _nodes.OpenCount);
    }

    [Fact]
    public async Task OpenCount_AnOpenNodeIsNotAskedAnyMore_CountsForAMinute()
    {
        await SilenceAsync(First);
        await SilenceAsync(Second);
        Assert.Equal(2, _nodes.OpenCount);
        _time.AdvanceMs(59_999);
        await AskAsync(Second, isSilent: true);
        Assert.Equal(2, _nodes.OpenCount);
        _time.AdvanceMs(1);
        Assert.Equal(1, _nodes.OpenCount);
        await AskAsync(First, isSilent: true);
        Assert.Equal(2, _nodes.OpenCount);
    }

    private async Task SilenceAsync(EndPoint node)
    {
        for (var call = 0; call < 5; call++)
        {
            await AskAsync(node, isSilent: true);
        }
    }

    private async Task AskAsync(EndPoint node, bool isSilent)
    {
        try
        {
            await _nodes.CircuitOf(node).ExecuteAsync(_ => isSilent ? throw new TimeoutException() : default(ValueTask), CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // As it was told.
        }
    }
}

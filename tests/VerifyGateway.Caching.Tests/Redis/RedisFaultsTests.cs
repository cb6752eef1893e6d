using StackExchange.Redis;
using VerifyGateway.Caching.Redis;

namespace VerifyGateway.Caching.Tests.Redis;

public sealed class RedisFaultsTests
{
    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", "readonly")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", "oom")]
    [InlineData("CLUSTERDOWN The cluster is down", "clusterdown")]
    [InlineData("LOADING Redis is loading the dataset in memory", "loading")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots", "misconf")]
    [InlineData("ERR unknown command", "other")]
    [InlineData("WRONGTYPE Operation against a key", "other")]
    [InlineData("", "other")]
    public void WordFor_AnAnswerOfRedis_IsItsFirstWord(string message, string word)
    {
        var fault = new RedisServerException(message);
        Assert.True(RedisFaults.IsRedis(fault));
        Assert.Equal(word, RedisFaults.WordFor(fault));
    }

    [Fact]
    public void WordFor_NoAnswer_IsTimeoutOrConnect()
    {
        Assert.Equal("timeout", RedisFaults.WordFor(new TimeoutException()));
        Assert.Equal("timeout", RedisFaults.WordFor(new RedisTimeoutException("late", CommandStatus.Sent)));
        Assert.Equal("connect", RedisFaults.WordFor(new RedisConnectionException(ConnectionFailureType.SocketFailure, "gone")));
        Assert.Equal("connect", RedisFaults.WordFor(new ObjectDisposedException("connection")));
        Assert.Equal("connect", RedisFaults.WordFor(new TaskCanceledException()));
        Assert.Equal("connect", RedisFaults.WordFor(new IOException("reset by peer")));
        Assert.True(RedisFaults.IsRedis(new IOException("reset by peer")));
        Assert.Equal("other", RedisFaults.WordFor(new RedisException("something")));
    }

    [Fact]
    public void IsRedis_TheClientsRefusalToSend_IsRedis()
    {
        // Thrown by the client, which knows from Redis that it speaks to a replica. It is no RedisException.
        Assert.True(RedisFaults.IsRedis(new RedisCommandException("Command cannot be issued to a replica: EVAL")));
        Assert.Equal("readonly", RedisFaults.WordFor(new RedisCommandException("Command cannot be issued to a replica: EVAL")));
    }

    [Fact]
    public void OpensCircuit_ARefusal_DoesNotAndSilenceDoes()
    {
        Assert.False(RedisFaults.OpensCircuit(new RedisServerException("OOM command not allowed")));
        Assert.False(RedisFaults.OpensCircuit(new RedisCommandException("Command cannot be issued to a replica: EVAL")));
        Assert.True(RedisFaults.OpensCircuit(new TimeoutException()));
        Assert.True(RedisFaults.OpensCircuit(new RedisConnectionException(ConnectionFailureType.SocketFailure, "gone")));
        // A node of a cluster has answered that another one, which cannot be reached, has the slot.
        Assert.False(RedisFaults.OpensCircuit(new RedisConnectionException(ConnectionFailureType.UnableToConnect, "not reachable")));
        Assert.False(RedisFaults.OpensCircuit(new InvalidOperationException()));
    }

    [Fact]
    public void IsRedis_OurOwnFaults_AreNot()
    {
        Assert.False(RedisFaults.IsRedis(new InvalidOperationException()));
        Assert.False(RedisFaults.IsRedis(new ArgumentException("ours")));
    }
}

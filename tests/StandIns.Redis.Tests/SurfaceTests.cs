using Pipelines.Sockets.Unofficial;
using Pipelines.Sockets.Unofficial.Arenas;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>The stand-ins offer all that the real StackExchange.Redis binds to, with the same signatures and constants.</summary>
public sealed class SurfaceTests
{
    private static readonly string Client = typeof(ConnectionMultiplexer).Assembly.Location;
    private static readonly string Pipes = typeof(SocketConnection).Assembly.Location;
    private static readonly string Hashing = typeof(System.IO.Hashing.XxHash3).Assembly.Location;

    [Fact]
    public void Every_reference_of_the_client_resolves()
    {
        var (asked, missing) = new SurfaceCheck(Pipes, Hashing).Of(Client);
        Assert.Empty(missing);
        Assert.True(asked.Count > 80, $"Only {asked.Count} references were looked at.");
        Assert.Contains(asked, line => line.Contains("XxHash3::", StringComparison.Ordinal));
    }

    // The control: against assemblies of the same names that lack everything, every reference must be reported.
    [Fact]
    public void The_check_reports_what_is_missing()
    {
        using var folder = new TempFolder();
        var empty = folder.File("Pipelines.Sockets.Unofficial.dll");
        EmptyAssembly.Write(empty, "Pipelines.Sockets.Unofficial", typeof(SocketConnection).FullName!);

        var (asked, missing) = new SurfaceCheck(empty).Of(Client);
        Assert.DoesNotContain("Pipelines.Sockets.Unofficial.SocketConnection", missing);
        Assert.Equal(asked.Count - 1, missing.Count);
        Assert.Contains(missing, line => line.Contains("SocketConnection::instance Boolean TrySetProtocolShutdown", StringComparison.Ordinal));
    }

    [Fact]
    public void Identity_is_what_the_client_asks_for()
    {
        foreach (var asked in typeof(ConnectionMultiplexer).Assembly.GetReferencedAssemblies())
        {
            var standIn = new[] { typeof(SocketConnection), typeof(System.IO.Hashing.XxHash3) }
                .Select(type => type.Assembly.GetName()).SingleOrDefault(name => name.Name == asked.Name);
            if (standIn is not null)
            {
                Assert.Equal(asked.Version, standIn.Version);
            }
        }
    }

    // Constants are compiled into the client, where no reference shows them.
    [Theory]
    [InlineData(PipeShutdownKind.None, 0)]
    [InlineData(PipeShutdownKind.PipeDisposed, 1)]
    [InlineData(PipeShutdownKind.ReadEndOfStream, 100)]
    [InlineData(PipeShutdownKind.ReadDisposed, 101)]
    [InlineData(PipeShutdownKind.ReadIOException, 102)]
    [InlineData(PipeShutdownKind.ReadException, 103)]
    [InlineData(PipeShutdownKind.ReadSocketError, 104)]
    [InlineData(PipeShutdownKind.ReadFlushCompleted, 105)]
    [InlineData(PipeShutdownKind.ReadFlushCanceled, 106)]
    [InlineData(PipeShutdownKind.WriteEndOfStream, 200)]
    [InlineData(PipeShutdownKind.WriteDisposed, 201)]
    [InlineData(PipeShutdownKind.WriteIOException, 203)]
    [InlineData(PipeShutdownKind.WriteException, 204)]
    [InlineData(PipeShutdownKind.WriteSocketError, 205)]
    [InlineData(PipeShutdownKind.InputReaderCompleted, 300)]
    [InlineData(PipeShutdownKind.InputWriterCompleted, 301)]
    [InlineData(PipeShutdownKind.OutputReaderCompleted, 302)]
    [InlineData(PipeShutdownKind.OutputWriterCompleted, 303)]
    [InlineData(PipeShutdownKind.ProtocolExitClient, 400)]
    [InlineData(PipeShutdownKind.ProtocolExitServer, 401)]
    public void Shutdown_kinds_have_the_numbers_of_the_package(PipeShutdownKind kind, int number) =>
        Assert.Equal(number, (int)kind);

    [Theory]
    [InlineData(ArenaFlags.None, 0)]
    [InlineData(ArenaFlags.ClearAtReset, 1)]
    [InlineData(ArenaFlags.ClearAtDispose, 2)]
    [InlineData(ArenaFlags.PreferUnmanaged, 4)]
    [InlineData(ArenaFlags.PreferPinned, 8)]
    [InlineData(ArenaFlags.BlittableNonPaddedSharing, 16)]
    [InlineData(ArenaFlags.BlittablePaddedSharing, 32)]
    public void Arena_flags_have_the_numbers_of_the_package(ArenaFlags flag, int number) => Assert.Equal(number, (int)flag);

    [Theory]
    [InlineData(SocketConnectionOptions.None, 0)]
    [InlineData(SocketConnectionOptions.ZeroLengthReads, 1)]
    [InlineData(SocketConnectionOptions.InlineReads, 2)]
    [InlineData(SocketConnectionOptions.InlineWrites, 4)]
    [InlineData(SocketConnectionOptions.InlineConnect, 8)]
    public void Connection_options_have_the_numbers_of_the_package(SocketConnectionOptions option, int number) =>
        Assert.Equal(number, (int)option);
}

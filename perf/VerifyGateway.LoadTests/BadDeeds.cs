using System.Collections.Concurrent;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>What bad clients do, and how a good server answers; each brings null, or what was wrong with the answer.</summary>
internal sealed class BadDeeds : IDisposable
{
    /// <summary>Connections that say nothing and stay.</summary>
    private const int MostSilent = 50;

    /// <summary>Checks on a stream that nobody reads.</summary>
    private const int Unread = 200;

    /// <summary>Beyond the gateway's limit of one MiB.</summary>
    private const int TooLong = 2 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> NoSuchMethod = new(MethodType.Unary, "verifygateway.v1.VerificationService", "NoSuchMethod", Bytes, Bytes);

    private readonly ConcurrentQueue<TcpClient> _silent = new();
    private readonly GrpcChannel _channel;
    private readonly Uri _address;
    private readonly int _first;

    /// <param name="address">The gateway.</param>
    /// <param name="first">The first of the terminals to ask for.</param>
    public BadDeeds(Uri address, int first)
    {
        (_address, _first, _channel) = (address, first, Connections.Open(address));
        All =
        [
            ("garbage", GarbageAsync), ("silence", SilenceAsync), ("invalid request", InvalidAsync), ("too long request", TooLongAsync),
            ("no such method", NoSuchMethodAsync), ("call dropped at once", DroppedAsync), ("stream never read", UnreadAsync), ("no deadline", NoDeadlineAsync),
        ];
    }

    /// <summary>The deeds by name.</summary>
    public IReadOnlyList<(string Name, Func<Task<string?>> DoAsync)> All { get; }

    private VerificationService.VerificationServiceClient Client => new(_channel);

    public void Dispose()
    {
        foreach (var silent in _silent)
        {
            silent.Dispose();
        }

        _channel.Dispose();
    }

    /// <summary>Bytes that are no HTTP/2: the server has to hang up.</summary>
    private async Task<string?> GarbageAsync()
    {
        using var client = await ConnectAsync();
        using var patience = new CancellationTokenSource(Patience);
        var (stream, bytes) = (client.GetStream(), new byte[4_096]);
        Random.Shared.NextBytes(bytes);
        try
        {
            await stream.WriteAsync(bytes, patience.Token);
            while (await stream.ReadAsync(bytes, patience.Token) > 0)
            {
                // It may say GOAWAY before it hangs up.
            }

            return null;
        }
        catch (IOException)
        {
            // Hung up without a word, which is as good.
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"still connected {Patience.TotalSeconds} s after garbage";
        }
    }

    /// <summary>A connection that says nothing.</summary>
    private async Task<string?> SilenceAsync()
    {
        _silent.Enqueue(await ConnectAsync());
        while (_silent.Count > MostSilent && _silent.TryDequeue(out var oldest))
        {
            oldest.Dispose();
        }

        return null;
    }

    private Task<string?> InvalidAsync() => ExpectAsync(StatusCode.InvalidArgument, () => Client.CheckStatusAsync(
        new CheckStatusRequest { AcquirerId = "not digits", TerminalSn = "?", TerminalNo = "", MerchantNo = new string('x', 500), AmountMinor = -1, Currency = 100_000 }, deadline: Checks.After(Patience)).ResponseAsync);

    private Task<string?> TooLongAsync() => ExpectAsync(StatusCode.ResourceExhausted, () => Client.CheckStatusAsync(
        new CheckStatusRequest { SnProof = ByteString.CopyFrom(new byte[TooLong]) }, deadline: Checks.After(Patience)).ResponseAsync);

    private Task<string?> NoSuchMethodAsync() => ExpectAsync(StatusCode.Unimplemented, () => _channel.CreateCallInvoker()
        .AsyncUnaryCall(NoSuchMethod, null, new CallOptions(deadline: Checks.After(Patience)), [1, 2, 3]).ResponseAsync);

    /// <summary>A caller who hangs up at once; that the answer was quicker is no fault.</summary>
    private async Task<string?> DroppedAsync()
    {
        using var drop = new CancellationTokenSource();
        var call = Client.CheckStatusAsync(Fleet.Check(_first), deadline: Checks.After(Patience), cancellationToken: drop.Token);
        await drop.CancelAsync();
        try
        {
            _ = await call;
            return null;
        }
        catch (RpcException failed)
        {
            return failed.StatusCode == StatusCode.Cancelled ? null : $"{failed.StatusCode}: {failed.Status.Detail}";
        }
    }

    /// <summary>A stream full of checks whose answers are left lying, and which is then cut.</summary>
    private async Task<string?> UnreadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var call = Client.StreamCheckStatus(cancellationToken: patience.Token);
        try
        {
            for (var number = 0; number < Unread; number++)
            {
                await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Fleet.Check(_first + number) }, patience.Token);
            }

            return null;
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.ResourceExhausted })
        {
            // The server takes no more while nobody reads: right, too.
            return null;
        }
        catch (RpcException failed)
        {
            return $"{failed.StatusCode}: {failed.Status.Detail}";
        }
    }

    private async Task<string?> NoDeadlineAsync()
    {
        var answer = await Client.CheckStatusAsync(Fleet.Check(_first + 1));
        return answer.Decision == Decision.Allow ? null : Checks.CodeOf(answer);
    }

    private static async Task<string?> ExpectAsync(StatusCode expected, Func<Task> callAsync)
    {
        try
        {
            await callAsync();
            return $"answered as if nothing were wrong, and not with {expected}";
        }
        catch (RpcException failed)
        {
            return failed.StatusCode == expected ? null : $"{failed.StatusCode} and not {expected}: {failed.Status.Detail}";
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_address.Host, _address.Port);
        return client;
    }
}

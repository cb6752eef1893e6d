using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>
/// Three gateways on one PostgreSQL and one Redis, merchants of thousands of terminals frozen and unfrozen under checks. Every check and
/// every freeze is in a history, and the history is judged afterwards.
/// </summary>
internal sealed class HonestyRig(ITestOutputHelper output) : IDisposable
{
    private const int Terminals = 3_000;
    private const int BoundMs = 2_000;

    /// <summary>Two thirds of the merchants of each writer, for twice the bound and more.</summary>
    private const int MostStanding = 50;
    private const int StandsMs = 5_000;
    private const string Acquirer = "01020000";

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<Check> _checks = new();
    private readonly ConcurrentQueue<Freeze> _freezes = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly GatewayProcess?[] _gateways = new GatewayProcess?[3];
    private readonly GrpcChannel?[] _channels = new GrpcChannel?[3];
    private string[] _settings = [];
    private int _couldNotTell;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel?.Dispose();
        }

        foreach (var gateway in _gateways)
        {
            gateway?.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>The gateways; one that was killed stays here until another has begun in its place.</summary>
    public IReadOnlyList<GatewayProcess?> Gateways => _gateways;

    /// <summary>Lets checks and freezes run while everything between is broken, and judges them.</summary>
    /// <param name="redis">Where Redis is.</param>
    /// <param name="breakAsync">What is broken, and when.</param>
    public async Task RunAsync(string redis, Func<Task> breakAsync)
    {
        await using var server = await PostgresServer.StartAsync();
        await SetUpAsync(server, redis);
        for (var at = 0; at < _gateways.Length; at++)
        {
            await BeginAsync(at);
        }

        using var stop = new CancellationTokenSource();
        var checkers = Enumerable.Range(0, 6).Select(number => CheckAsync(number % 3, new Random(number), stop.Token)).ToArray();
        var writers = Enumerable.Range(0, 4).Select(number => FreezeAsync(number, stop.Token)).ToArray();
        try
        {
            await breakAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([.. checkers, .. writers]);
        }

        Judge();
    }

    /// <summary>Begins a gateway, in the place of one that was killed if there was one.</summary>
    public async Task BeginAsync(int at)
    {
        using var gone = Volatile.Read(ref _channels[at]);
        _gateways[at]?.Dispose();
        var gateway = await GatewayProcess.StartAsync(_settings);
        _gateways[at] = gateway;
        Volatile.Write(ref _channels[at], GrpcChannel.ForAddress(gateway.Grpc));
    }

    /// <summary>Lets everything be as it is for a while.</summary>
    public static Task CalmAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    /// <summary>How many checks have been answered from Redis so far.</summary>
    public int FromRedis() => _checks.Count(static check => check.Source == AnswerSource.Redis);

    private static string SnOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"0000570228L{terminal:D8}");

    private static string MerchantOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"8984403L{terminal / 10:D7}");

    private async Task SetUpAsync(PostgresServer server, string redis)
    {
        Fleet.Write(_folder.File("fleet.ndjson"), Terminals);
        var database = await server.CreateDatabaseAsync("gateway");
        var (owner, service) = (Without(database.Owner, "owner.password"), Without(database.Service, "service.password"));
        var migrated = await ChildProcess.RunAsync(
            "dotnet", [PythonScripts.Vgctl, "store", "migrate", "--postgres", owner.Connection, "--password-file", owner.File, "--service-role", service.User], TimeSpan.FromMinutes(1));
        Assert.True(migrated.ExitCode == 0, migrated.Output);
        var imported = await ChildProcess.RunAsync(
            "dotnet", [PythonScripts.Vgctl, "fleet", "import", _folder.File("fleet.ndjson"), "--postgres", service.Connection, "--password-file", service.File], TimeSpan.FromMinutes(1));
        Assert.True(imported.ExitCode == 0, imported.Output);
        _settings =
        [
            "Postgres:Connection=" + service.Connection, "Postgres:PasswordFile=" + service.File, "Redis:Endpoints=" + redis, "Redis:CircuitOpenForMs=500",
            // The window is short, so that copies fall out of it, and memory small, so that Redis is asked.
            "Cache:WindowChanges=1000", "Cache:MemoryMiB=1", "Callers:LoopbackRoles=Check,HolderChannel",
        ];
    }

    private (string Connection, string File, string User) Without(string connection, string file)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        File.WriteAllText(_folder.File(file), settings.Password + "\n");
        settings.Remove("Password");
        return (settings.ConnectionString, _folder.File(file), settings.Username!);
    }

    private async Task CheckAsync(int gateway, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var terminal = random.Next(Terminals);
            var request = new CheckStatusRequest
            {
                AcquirerId = Acquirer, TerminalSn = SnOf(terminal), TerminalNo = string.Create(CultureInfo.InvariantCulture, $"L{terminal:D7}"), MerchantNo = MerchantOf(terminal),
                TransactionKind = TransactionKind.Sale,
            };
            var began = _clock.Elapsed.TotalMilliseconds;
            try
            {
                var answer = await new VerificationService.VerificationServiceClient(Volatile.Read(ref _channels[gateway])!).CheckStatusAsync(request, deadline: DateTime.UtcNow.AddSeconds(8), cancellationToken: CancellationToken.None);
                _checks.Enqueue(new Check(gateway, terminal / 10, began, _clock.Elapsed.TotalMilliseconds, answer.Decision, answer.Source));
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal)
            {
                // Gone, stopped, or it could not tell: anything but an ALLOW is honest.
                Interlocked.Increment(ref _couldNotTell);
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    /// <summary>Freezes merchants of its own, one after the other, and lifts what it froze some seconds later.</summary>
    private async Task FreezeAsync(int number, CancellationToken stop)
    {
        var standing = new Queue<Freeze>();
        for (var merchant = number; !stop.IsCancellationRequested; merchant = (merchant + 4) % (Terminals / 10))
        {
            if (standing.Count < MostStanding && standing.All(freeze => freeze.Merchant != merchant))
            {
                var placed = await InsistAsync(
                    (client, id) => client.PlaceHoldAsync(new PlaceHoldRequest
                    {
                        RequestId = id, AcquirerId = Acquirer, Kind = HoldKind.Holder, Authority = HoldAuthority.Owner, Target = new HoldOn { MerchantNo = MerchantOf(merchant * 10) },
                    }, deadline: DateTime.UtcNow.AddSeconds(4)), stop);
                if (placed is null)
                {
                    break;
                }

                standing.Enqueue(new Freeze(merchant, placed.Hold.HoldId, _clock.Elapsed.TotalMilliseconds, double.MaxValue));
            }

            if (standing.Count >= MostStanding && _clock.Elapsed.TotalMilliseconds - standing.Peek().CommittedBeforeMs < StandsMs)
            {
                await Task.Delay(5, CancellationToken.None);
                continue;
            }

            if (standing.TryPeek(out var oldest) && _clock.Elapsed.TotalMilliseconds - oldest.CommittedBeforeMs >= StandsMs)
            {
                var freeze = standing.Dequeue();
                _freezes.Enqueue(freeze with { LiftedAfterMs = _clock.Elapsed.TotalMilliseconds });
                await InsistAsync(
                    (client, id) => client.LiftHoldAsync(new LiftHoldRequest
                    {
                        RequestId = id, AcquirerId = Acquirer, Kind = HoldKind.Holder, HoldId = freeze.HoldId, StepUpPassed = true,
                    }, deadline: DateTime.UtcNow.AddSeconds(4)), stop);
            }
        }

        foreach (var freeze in standing)
        {
            _freezes.Enqueue(freeze);
        }
    }

    /// <summary>Sends a write with one request id until some gateway has done it; null when the test ends before.</summary>
    private async Task<T?> InsistAsync<T>(Func<HoldService.HoldServiceClient, string, AsyncUnaryCall<T>> write, CancellationToken stop)
        where T : class
    {
        var id = Guid.NewGuid().ToString("N");
        for (var at = 0; !stop.IsCancellationRequested; at++)
        {
            try
            {
                return await write(new HoldService.HoldServiceClient(Volatile.Read(ref _channels[at % 3])!), id);
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }

        return null;
    }

    /// <summary>
    /// A check that began later than the bound after a freeze was answered, and ended before its lifting was asked for, had only one true
    /// answer.
    /// </summary>
    private void Judge()
    {
        var freezes = _freezes.ToLookup(static freeze => freeze.Merchant);
        var (bound, stale) = (0, new List<string>());
        foreach (var check in _checks)
        {
            if (freezes[check.Merchant].FirstOrDefault(freeze => check.BeganMs > freeze.CommittedBeforeMs + BoundMs && check.EndedMs < freeze.LiftedAfterMs) is { HoldId: not null } frozen)
            {
                bound++;
                if (check.Decision == Decision.Allow)
                {
                    stale.Add(string.Create(CultureInfo.InvariantCulture, $"gateway {check.Gateway} allowed merchant {check.Merchant} from {check.Source} at {check.BeganMs:F0} ms, {check.BeganMs - frozen.CommittedBeforeMs:F0} ms after its freeze"));
                }
            }
        }

        var sources = string.Join(", ", _checks.GroupBy(static check => check.Source).Select(static group => $"{group.Key} {group.Count()}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_checks.Count} checks ({sources}), {_couldNotTell} could not tell, {_freezes.Count} freezes; {bound} checks had to decline, stale ALLOWs: {stale.Count}"));
        Assert.True(stale.Count == 0, string.Join('\n', stale.Take(10)));
        // Or nothing is shown.
        Assert.True(bound > 2_000 && _freezes.Count > 300 && _checks.Any(static check => check.Decision == Decision.Allow), $"{bound} of {_checks.Count} checks fell into {_freezes.Count} freezes");
    }

    /// <summary>One check: of which gateway, between which instants, and its answer.</summary>
    private readonly record struct Check(int Gateway, int Merchant, double BeganMs, double EndedMs, Decision Decision, AnswerSource Source);

    /// <summary>One freeze: committed before the one instant, standing until the other at least.</summary>
    private readonly record struct Freeze(int Merchant, string HoldId, double CommittedBeforeMs, double LiftedAfterMs);
}

using System.Globalization;
using Npgsql;
using VerifyGateway.TestKit;

namespace VerifyGateway.Coherence;

/// <summary>A fleet in a system of record and, where one is wanted, a Redis. Gateways and all are gone when it is disposed of.</summary>
internal sealed class Place : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(15);
    private readonly TempFolder _folder = new();
    private readonly List<GatewayProcess> _gateways = [];
    private PostgresServer? _postgres;
    private string[] _settings = [];

    /// <summary>The Redis; the measures kill it and start it again.</summary>
    public RedisServer Redis { get; private set; } = null!;

    /// <summary>A fleet of good terminals in a file of SQLite, and a Redis.</summary>
    public static Task<Place> OnSqliteAsync(int terminals) => MakeAsync(async place =>
    {
        await place.SqliteAsync(file => Fleet.Write(file, terminals));
        await place.WithRedisAsync();
    });

    /// <summary>The same in PostgreSQL, durable as an installation would have it.</summary>
    public static Task<Place> OnPostgresAsync(int terminals) => MakeAsync(async place =>
    {
        await place.PostgresAsync(file => Fleet.Write(file, terminals));
        await place.WithRedisAsync();
    });

    /// <summary>A generated fleet, as vgctl makes it, without a Redis; the file is handed over before the import.</summary>
    public static Task<Place> GeneratedAsync(int terminals, bool onPostgres, Action<string> look) => MakeAsync(async place =>
    {
        async Task FillAsync(string file)
        {
            await VgctlAsync("fleet", "generate", "--seed", "1", "--terminals", terminals.ToString(CultureInfo.InvariantCulture), "--out", file);
            look(file);
        }

        await (onPostgres ? place.PostgresAsync(FillAsync) : place.SqliteAsync(FillAsync));
    });

    /// <summary>Starts a gateway and waits until it is ready.</summary>
    public async Task<GatewayProcess> GatewayAsync(params string[] settings)
    {
        var gateway = await GatewayProcess.StartAsync([.. _settings, .. settings]);
        _gateways.Add(gateway);
        return gateway;
    }

    /// <summary>Starts a gateway without waiting; its caller disposes of it.</summary>
    public GatewayProcess Launch(params string[] settings) => GatewayProcess.Launch([.. _settings, .. settings]);

    /// <summary>Kills Redis, and waits until the gateways have given it up.</summary>
    /// <param name="workAsync">Makes the gateways use Redis: who does not, does not notice.</param>
    public async Task KillRedisAsync(Func<Task> workAsync)
    {
        Redis.Kill();
        await UntilAllAsync(workAsync, static async gateway => await CircuitAsync(gateway) > 0, "the gateways to give Redis up");
    }

    /// <summary>Starts Redis again, and waits until the gateways use it.</summary>
    public async Task StartRedisAsync(Func<Task> workAsync)
    {
        await Redis.StartAgainAsync();
        await UntilAllAsync(
            workAsync, static async gateway => await CircuitAsync(gateway) == 0 && await gateway.MetricAsync("verifygateway_dependency_up", "\"redis\"") == 1, "the gateways to use Redis again");
    }

    public async ValueTask DisposeAsync()
    {
        _gateways.ForEach(static it => it.Dispose());
        Redis?.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<Place> MakeAsync(Func<Place, Task> fillAsync)
    {
        var place = new Place();
        try
        {
            await fillAsync(place);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    private static Task<double> CircuitAsync(GatewayProcess gateway) => gateway.MetricAsync("verifygateway_circuit_state", "\"redis\"");

    private Task UntilAllAsync(Func<Task> workAsync, Func<GatewayProcess, Task<bool>> isSoAsync, string what) => Wait.UntilAsync(async () =>
    {
        await workAsync();
        foreach (var gateway in _gateways)
        {
            if (!await isSoAsync(gateway))
            {
                return false;
            }
        }

        return true;
    }, what);

    private static async Task VgctlAsync(params string[] arguments)
    {
        var (code, text) = await ChildProcess.RunAsync("dotnet", [Repository.AssemblyOf("VerifyGateway.Cli").Replace("VerifyGateway.Cli.dll", "vgctl.dll", StringComparison.Ordinal), .. arguments], Long);
        if (code != 0)
        {
            throw new InvalidOperationException($"vgctl {arguments[0]} {arguments[1]} ended with {code}:\n{text}");
        }
    }

    private Task SqliteAsync(Action<string> write) => SqliteAsync(file =>
    {
        write(file);
        return Task.CompletedTask;
    });

    private async Task SqliteAsync(Func<string, Task> writeAsync)
    {
        await writeAsync(_folder.File("fleet.ndjson"));
        await VgctlAsync("fleet", "import", _folder.File("fleet.ndjson"), "--store", _folder.File("fleet.db"));
        File.Delete(_folder.File("fleet.ndjson"));
        _settings = ["Storage:Path=" + _folder.File("fleet.db")];
    }

    private Task PostgresAsync(Action<string> write) => PostgresAsync(file =>
    {
        write(file);
        return Task.CompletedTask;
    });

    private async Task PostgresAsync(Func<string, Task> writeAsync)
    {
        _postgres = await PostgresServer.StartAsync(new PostgresServerOptions { MaxConnections = 100, Settings = ["shared_buffers=256MB", "max_wal_size=2GB"] });
        var database = await _postgres.CreateDatabaseAsync("gateway");
        var (owner, service) = (Without(database.Owner, "owner.password"), Without(database.Service, "service.password"));
        await VgctlAsync("store", "migrate", "--postgres", owner.Connection, "--password-file", owner.File, "--service-role", service.User);
        await writeAsync(_folder.File("fleet.ndjson"));
        await VgctlAsync("fleet", "import", _folder.File("fleet.ndjson"), "--postgres", service.Connection, "--password-file", service.File);
        File.Delete(_folder.File("fleet.ndjson"));
        _settings = ["Postgres:Connection=" + service.Connection, "Postgres:PasswordFile=" + service.File];
    }

    private async Task WithRedisAsync()
    {
        Redis = await RedisServer.StartAsync();
        _settings = [.. _settings, "Redis:Endpoints=" + Redis.Endpoint];
    }

    private (string Connection, string File, string User) Without(string connection, string file)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        File.WriteAllText(_folder.File(file), settings.Password + "\n");
        settings.Remove("Password");
        return (settings.ConnectionString, _folder.File(file), settings.Username!);
    }
}

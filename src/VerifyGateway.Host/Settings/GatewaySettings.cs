using System.Globalization;
using System.Net;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Watching;

namespace VerifyGateway.Host.Settings;

/// <summary>
/// All settings of the gateway, read and checked before anything is opened or listened on. Sources, the later winning:
/// appsettings.json beside the program, VERIFYGATEWAY_Section__Key in the environment, --Section:Key value on the command line.
/// </summary>
public sealed class GatewaySettings
{
    /// <summary>Where to listen.</summary>
    public EndpointOptions Listen { get; } = new();

    /// <summary>The system of record.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>PostgreSQL.</summary>
    public PostgresOptions Postgres { get; } = new();

    /// <summary>Copies.</summary>
    public CacheOptions Cache { get; } = new();

    /// <summary>Redis.</summary>
    public RedisOptions Redis { get; } = new();

    /// <summary>Limits of one call.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Watchers of bindings.</summary>
    public WatchOptions Watch { get; } = new();

    /// <summary>Policies.</summary>
    public PolicyOptions Policies { get; } = new();

    /// <summary>Callers.</summary>
    public CallerOptions Callers { get; } = new();

    /// <summary>Reads the sources.</summary>
    /// <exception cref="SettingsException">appsettings.json is not JSON.</exception>
    public static IConfigurationRoot Sources(string[] arguments)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables("VERIFYGATEWAY_")
                .AddCommandLine(CommandLine.Part(arguments).Settings)
                .Build();
        }
        catch (InvalidDataException broken)
        {
            throw new SettingsException($"The gateway did not start: {broken.Message.TrimEnd('.')} ({broken.InnerException?.Message.TrimEnd('.')}); correct the file, or remove it.");
        }
    }

    /// <summary>Takes the settings over and checks them.</summary>
    /// <exception cref="SettingsException">Something is wrong; the message names everything that is.</exception>
    public static GatewaySettings Read(IConfigurationRoot sources, string[] arguments)
    {
        var settings = new GatewaySettings();
        var reader = new SettingsReader(sources);
        reader.RefuseStrays(CommandLine.Part(arguments).Strays);
        reader.Section("Listen", settings.Listen);
        reader.Section("Storage", settings.Storage);
        reader.Section("Postgres", settings.Postgres);
        reader.Section("Cache", settings.Cache);
        reader.Section("Redis", settings.Redis);
        reader.Section("Limits", settings.Limits);
        reader.Section("Watch", settings.Watch);
        reader.Section("Policies", settings.Policies);
        reader.Section("Callers", settings.Callers);
        reader.Ignore("Logging");
        reader.RefuseUnknownSections();
        settings.CheckAcross(reader);
        reader.ThrowIfWrong();
        return settings;
    }

    private void CheckAcross(SettingsReader reader)
    {
        reader.Require(IPAddress.TryParse(Listen.GrpcAddress, out _), "Listen:GrpcAddress", "is not an IP address");
        reader.Require(IPAddress.TryParse(Listen.OpsAddress, out _), "Listen:OpsAddress", "is not an IP address");
        reader.Require(Listen.GrpcPort == 0 || Listen.GrpcPort != Listen.OpsPort, "Listen:OpsPort", "is the port of gRPC too; the two need ports of their own");
        reader.Require(Path.GetFileName(Storage.Path).Length > 0, "Storage:Path", "does not name a file; it names the SQLite file");
        reader.Require(StoreChoice.IsEmptyOrConnection(Postgres.Connection), "Postgres:Connection", "is not a connection like Host=db;Database=gateway;Username=gateway");
        reader.Require(!Postgres.Connection.Contains("password=", StringComparison.OrdinalIgnoreCase), "Postgres:Connection", "holds a password; put it into a file and name that with Postgres:PasswordFile");
        reader.Require(Postgres.PasswordFile.Length == 0 || CanRead(Postgres.PasswordFile), "Postgres:PasswordFile", "names a file that is not there, or may not be read");
        reader.Require(Cache.PollMs * 2 <= Cache.FreshForMs, "Cache:PollMs", "is more than half of Cache:FreshForMs; the feed must be looked at twice in that time, or one slow look lets the lease run out");
        reader.Require(Callers.LoopbackAcquirer.Length == 0 || AcquirerId.TryParse(Callers.LoopbackAcquirer, out _, out _), "Callers:LoopbackAcquirer", "is not an acquirer id (8 to 11 digits)");
        reader.Require(Callers.TryReadNetworks(out _), "Callers:TrustedNetworks", "is not a list of networks like 10.1.0.0/16,fd00::/8");
        reader.Require(Redis.PasswordFile.Length == 0 || CanRead(Redis.PasswordFile), "Redis:PasswordFile", "names a file that is not there, or may not be read");
        reader.Require(IsEmptyOrEndpoints(Redis.Endpoints), "Redis:Endpoints", "is not a list like host:6379,host:6379");
        reader.Require(!Redis.Endpoints.Contains("password=", StringComparison.OrdinalIgnoreCase), "Redis:Endpoints", "holds a password; put it into a file and name that with Redis:PasswordFile");
    }

    private static bool CanRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsEmptyOrEndpoints(string endpoints)
    {
        if (endpoints.Length == 0)
        {
            return true;
        }

        try
        {
            return StackExchange.Redis.ConfigurationOptions.Parse(endpoints).EndPoints.Count > 0
                && endpoints.Split(',').Where(part => !part.Contains('=', StringComparison.Ordinal)).All(HasNoPortOrAGoodOne);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool HasNoPortOrAGoodOne(string endpoint)
    {
        var colon = endpoint.LastIndexOf(':');
        return colon <= endpoint.LastIndexOf(']')
            || int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>Starts that are refused: the exit code, one message that says what to do, and nothing touched.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private const int Configuration = 78;
    private const int Unavailable = 69;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("text", "is not a SQLite database")]
    [InlineData("truncated", "is damaged")]
    [InlineData("corrupt", "is damaged")]
    [InlineData("future", "start the newer program")]
    [InlineData("foreign", "belongs to another program")]
    [InlineData("without schema", "is damaged")]
    public async Task DatabaseFile_Unusable_IsRefusedAndLeftAsItWas(string how, string said)
    {
        var path = await SpoiltFileAsync(how);
        var before = SHA256.HashData(await File.ReadAllBytesAsync(path));

        var (exitCode, output) = await RunAsync("Storage:Path=" + path);

        Assert.Equal(Configuration, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
        ExpectOneSentence(output);
        Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(path)));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("a file", "cannot be made")]
    [InlineData("/proc", "cannot be made")]
    [InlineData("a folder", "is a folder")]
    public async Task DatabaseFile_InAPlaceThatCannotHoldIt_IsRefused(string place, string said)
    {
        await File.WriteAllTextAsync(_folder.File("file"), "x");
        var path = place switch
        {
            "a file" => _folder.File("file/gateway.db"),
            "/proc" => "/proc/verify-gateway/gateway.db",
            _ => Directory.CreateDirectory(_folder.File("folder")).FullName,
        };
        var (exitCode, output) = await RunAsync("Storage:Path=" + path);
        Assert.Equal(Configuration, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
        ExpectOneSentence(output);
    }

    [Fact]
    public async Task Settings_ManyWrong_AreNamedInOneMessageAndNothingIsOpened()
    {
        var port = FreePort.Next();
        var path = _folder.File("never.db");
        string[] arguments =
        [
            Repository.AssemblyOf("VerifyGateway.Host"), "--Storage:Path=" + path, string.Create(CultureInfo.InvariantCulture, $"--Listen:GrpcPort={port}"),
            "--Listen:OpsPort", "70000", "--Cache:FreshForMs=soon", "--Limits:MaxBatchItem=5", "--Storrage:Path=x", "--Callers:LoopbackRoles=65536",
            "--Redis:Endpoints=127.0.0.1:6379,password=ZQXJ7319", "--Redis=127.0.0.1", "--Callers:LoopbackAcquirer=12", "-x=1", "stray",
        ];
        var environment = new Dictionary<string, string?> { ["VERIFYGATEWAY_Cache__WindowChanges"] = "7", ["VERIFYGATEWAY_Listen__Reflektion"] = "true" };
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", arguments, TimeSpan.FromSeconds(30), environment: environment);

        Assert.Equal(Configuration, exitCode);
        string[] expected =
        [
            "The gateway did not start: 12 setting(s) to correct.",
            "  \"-x=1\" on the command line sets nothing", "  \"stray\" on the command line sets nothing",
            "  Listen:OpsPort = \"70000\" is not within 0 to 65535 (from --Listen:OpsPort on the command line)",
            "  Listen:Reflektion = \"true\" is not a setting; did you mean Reflection? (from VERIFYGATEWAY_Listen__Reflektion in the environment)",
            "  Cache:FreshForMs = \"soon\" is not a whole number", "  Cache:WindowChanges = \"7\" is not within 1000 to 100000000 (from VERIFYGATEWAY_Cache__WindowChanges in the environment)",
            "  Limits:MaxBatchItem = \"5\" is not a setting; did you mean MaxBatchItems?", "  Storrage is not a section of settings; did you mean Storage?",
            "  Callers:LoopbackRoles = \"65536\" is not one or more of None, Check", "  Callers:LoopbackAcquirer = \"12\" is not an acquirer id",
            "  Redis:Endpoints holds a password", "  Redis = \"127.0.0.1\" is a section and takes no value",
        ];
        Assert.All(expected, line => Assert.Contains(line, output, StringComparison.Ordinal));
        Assert.DoesNotContain("ZQXJ7319", output, StringComparison.Ordinal);
        Assert.Equal(expected.Length, output.Split('\n').Length);
        Assert.False(File.Exists(path));
        Assert.True(IsFree(port));
    }

    [Fact]
    public async Task SeedFile_WithBadLines_NamesThemAllAndLoadsNothing()
    {
        var seed = _folder.File("seed.ndjson");
        var path = _folder.File("gateway.db");
        await File.WriteAllLinesAsync(seed,
        [
            """{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-1","state":"VERIFIED","document_valid_to":null,"holder_mask":"000000********0001"}""",
            """{"kind":"identity","acquirer_id":"0102","identity_id":"ID-2","state":"VERIFYED","document_valid_to":"2026-02-30","holder_mask":"000000********0001"}""",
            """{"kind":"merchant","acquirer_id":"01020000"}""",
            "not JSON",
        ]);
        var (exitCode, output) = await RunAsync("Storage:Path=" + path, "Storage:SeedFile=" + seed);
        Assert.Equal(Configuration, exitCode);
        Assert.StartsWith($"The seed file '{seed}' has ", output, StringComparison.Ordinal);
        Assert.All(["line 2, acquirer_id: ACQ_LENGTH", "line 2, state: FLEET_CODE", "line 2, document_valid_to: FLEET_DATE", "line 3, state: FLEET_FIELD_MISSING", "line 4: FLEET_JSON"], rule => Assert.Contains(rule, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(0L, Number(path, "SELECT count(*) FROM identity"));
    }

    [Theory]
    [InlineData("Listen:GrpcPort")]
    [InlineData("Listen:OpsPort")]
    public async Task Port_Taken_IsOneSentenceThatNamesIt(string setting)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output) = await RunAsync($"{setting}={port}");
        Assert.Equal(Unavailable, exitCode);
        ExpectOneSentence(output);
        Assert.Contains(port, output, StringComparison.Ordinal);
        Assert.Contains("--Listen:GrpcPort", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listen:GrpcAddress")]
    [InlineData("Listen:OpsAddress")]
    public async Task Address_OfAnotherMachine_IsOneSentence(string setting)
    {
        // 192.0.2.0/24 is set aside for documentation: no machine has it.
        var (exitCode, output) = await RunAsync($"{setting}=192.0.2.1");
        Assert.Equal(Unavailable, exitCode);
        ExpectOneSentence(output);
        Assert.Contains("--Listen:GrpcAddress", output, StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] settings)
    {
        using var gateway = GatewayProcess.Launch(settings);
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        return (gateway.Process.ExitCode, gateway.Process.Output);
    }

    /// <summary>One line, one sentence, no trace of the program's inside.</summary>
    private static void ExpectOneSentence(string output)
    {
        Assert.DoesNotContain('\n', output);
        Assert.EndsWith(".", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    private async Task<string> SpoiltFileAsync(string how)
    {
        var path = _folder.File("gateway.db");
        if (how == "text")
        {
            await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("Not a database, but long enough to be one.\n", 200)));
            return path;
        }

        if (how == "foreign")
        {
            Execute(path, "CREATE TABLE notes (text TEXT)");
            return path;
        }

        using (var gateway = await GatewayProcess.StartAsync("Storage:Path=" + path, "Storage:SeedFile=" + GatewayProcess.SampleSeed))
        {
            gateway.Process.Signal("TERM");
            await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        }

        Spoil(path, how);
        return path;
    }

    private static void Spoil(string path, string how)
    {
        switch (how)
        {
            case "truncated":
                using (var file = File.OpenWrite(path))
                {
                    file.SetLength(file.Length - 4_096);
                }

                break;
            case "corrupt":
                using (var file = File.OpenWrite(path))
                {
                    file.Position = 5 * 4_096;
                    file.Write(Enumerable.Repeat((byte)0xA5, 8_192).ToArray());
                }

                break;
            case "future":
                Execute(path, "INSERT INTO schema_migrations (version, name, applied_at_unix_ms) VALUES (9999, 'future', 1)");
                break;
            default:
                Execute(path, "DELETE FROM schema_migrations");
                break;
        }
    }

    private static void Execute(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql + "; PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }

    private static long Number(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        probe.Start();
        return true;
    }
}

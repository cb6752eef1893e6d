using System.Security.Cryptography;

namespace VerifyGateway.TestKit;

/// <summary>An initialised cluster that is made once in a test process and copied for each server, since making one takes seconds.</summary>
internal static class PostgresTemplate
{
    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>The password of every role, made up anew for each test process.</summary>
    public static string Password { get; } = RandomNumberGenerator.GetHexString(24);

    /// <summary>Copies the cluster to a folder that does not exist yet.</summary>
    public static async Task CopyToAsync(string folder) => await PostgresUser.RunAsync("cp", ["-a", await Made.Value, folder]);

    private static async Task<string> MakeAsync()
    {
        var folder = new TempFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        var (data, password) = (folder.File("data"), folder.File("password"));
        await File.WriteAllTextAsync(password, Password);
        await PostgresUser.OwnAsync(password);
        await PostgresUser.OwnAsync(folder.Path);
        await PostgresUser.RunAsync(PostgresUser.PathOf("initdb"),
        [
            "-D", data, "-U", PostgresServer.Superuser, "--pwfile=" + password, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--no-instructions",
        ]);
        return data;
    }
}

using System.Globalization;

namespace VerifyGateway.TestKit;

/// <summary>redis-cli, for what a test does to a server beside the code that it tests.</summary>
public static class RedisCli
{
    /// <summary>Runs one command on a server of this machine and returns what is printed.</summary>
    public static async Task<string> RunAsync(int port, string? password, params string[] command)
    {
        // A server that is stopped by a signal takes the connection and never answers.
        string[] arguments = ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), .. command];
        var environment = new Dictionary<string, string?> { ["REDISCLI_AUTH"] = password };
        return (await ChildProcess.RunAsync("redis-cli", arguments, TimeSpan.FromSeconds(30), environment: environment)).Output;
    }
}

using VerifyGateway.TestKit;

namespace VerifyGateway.LoadTests;

/// <summary>Something that breaks in the middle of load, and is whole again after a time, whatever happens meanwhile.</summary>
internal sealed class Drill
{
    public const string PauseGateway = "pause-gateway";
    public const string PauseRedis = "pause-redis";
    public const string KillRedis = "kill-redis";
    public const string Command = "command";

    /// <summary>The drills there are.</summary>
    public static readonly string[] Names = [PauseGateway, PauseRedis, KillRedis, Command];

    /// <summary>How long a command may take.</summary>
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    private readonly Func<Task> _breakAsync;
    private readonly Func<Task> _mendAsync;

    private Drill(string what, Func<Task> breakAsync, Func<Task> mendAsync) => (What, _breakAsync, _mendAsync) = (what, breakAsync, mendAsync);

    /// <summary>What it does, and to what.</summary>
    public string What { get; }

    /// <summary>Refuses what makes no sense, before anything is started.</summary>
    public static void Check(LoadOptions options)
    {
        if ((options.Drill == Command) != (options.Command is not null))
        {
            throw new ArgumentException("The drill 'command' needs --command, and no other drill takes it.");
        }

        if (options.Drill != Command && options.Addresses.Count > 0 != options.Pid is not null)
        {
            throw new ArgumentException(options.Pid is null
                ? "Of gateways that were not started here only the process may be signalled that --pid names, on this machine."
                : "--pid goes with --address: of what is started here the processes are known.");
        }

        if (options.Pid is { } pid)
        {
            _ = ProcessHandle.Of(pid);
        }

        if (options.Outage + options.Recovery > options.Duration * (2.0 / 3))
        {
            throw new ArgumentException("The drill begins after a third of the duration; --outage and --recovery have to fit into the rest.");
        }
    }

    /// <summary>The drill that was asked for; it signals the process that was named, or one that was started here.</summary>
    public static Drill Of(LoadOptions options, Target target)
    {
        Func<Task> restoreAsync = options.Restore is { } restore ? () => RunAsync(restore) : static () => Task.CompletedTask;
        switch (options.Drill)
        {
            case Command:
                return new Drill($"command: {options.Command}", () => RunAsync(options.Command!), restoreAsync);
            case KillRedis when options.Pid is null:
                return new Drill($"{KillRedis}, started anew at the end", () => Do(target.Redis!.Kill), async () =>
                {
                    await target.Redis!.StartAgainAsync();
                    await restoreAsync();
                });
        }

        // The last gateway: holds are placed at the first, and one that wakes must not answer from what it knew before.
        var process = ProcessHandle.Of(options.Pid ?? (options.Drill == PauseGateway ? target.Started[^1].Process.Id : target.Redis!.Process.Id));
        return options.Drill == KillRedis
            ? new Drill($"{KillRedis}, process {process.Id}", () => Do(() => process.Signal("KILL")), restoreAsync)
            : Pause(options.Drill, process, restoreAsync);
    }

    /// <summary>Stops a process, and lets it go on.</summary>
    public static Drill Pause(string name, ProcessHandle process, Func<Task> thenAsync) => new($"{name}, process {process.Id}", () => Do(() => process.Signal("STOP")), async () =>
    {
        process.Signal("CONT");
        await thenAsync();
    });

    /// <summary>Breaks it, waits, and mends it; sooner when nobody waits any longer.</summary>
    public async Task RunAsync(DrillLog log, TimeSpan outage, CancellationToken cancel)
    {
        log.Begin(System.Diagnostics.Stopwatch.GetTimestamp());
        try
        {
            await _breakAsync();
            await Task.Delay(outage, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            try
            {
                await _mendAsync();
            }
            finally
            {
                log.End(System.Diagnostics.Stopwatch.GetTimestamp());
            }
        }
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task RunAsync(string command)
    {
        var (exitCode, output) = await ChildProcess.RunAsync("/bin/sh", ["-c", command], CommandLimit);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"'{command}' ended with {exitCode}: {output}");
        }
    }
}

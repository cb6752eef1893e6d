using System.Collections.Concurrent;
using System.Diagnostics;

namespace VerifyGateway.TestKit;

/// <summary>A process that a test starts, whose output it keeps, and that never outlives the test.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything written so far to standard output and standard error, in the order of arrival.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>The operating system's number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>True once the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code; valid once <see cref="HasExited"/>.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program; fails with a sentence that names it when it is not installed.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            info.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(new Process { StartInfo = info });
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"'{program}' is needed by this test and did not start; ./eng/test installs it.", missing);
        }
    }

    /// <summary>Runs a program to its end and returns its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments,
        TimeSpan limit, string? workingDirectory = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using var child = Start(program, arguments, environment, workingDirectory);
        child._process.StandardInput.Close();
        await child.WaitForExitAsync(limit);
        return (child.ExitCode, child.Output);
    }

    /// <summary>Waits for the end of the process and of its output; throws when the limit is over.</summary>
    public async Task WaitForExitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{_process.StartInfo.FileName}' did not end within {limit}. It printed:\n{Output}");
        }
    }

    /// <summary>Sends a signal by name (TERM, STOP, CONT, INT …).</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Tells the process that nothing more comes on its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Ends the process at once, as <c>kill -9</c> does, and waits until it is gone.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}

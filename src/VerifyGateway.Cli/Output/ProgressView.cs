using System.Globalization;
using Spectre.Console;

namespace VerifyGateway.Cli.Output;

/// <summary>
/// How far a command is, on standard error: a bar with rate and time left on a terminal, a plain line now and then elsewhere. Told
/// by one thread at a time.
/// </summary>
internal sealed class ProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);

    private readonly string _what;
    private readonly string _unit;
    private readonly IAnsiConsole? _console;
    private readonly ProgressTask? _bar;
    private readonly long _begin = TimeProvider.System.GetTimestamp();
    private TimeSpan _lastLine;
    private (long Done, double Part, TimeSpan At)? _first;

    private ProgressView(string what, string unit, IAnsiConsole? console, ProgressTask? bar) => (_what, _unit, _console, _bar) = (what, unit, console, bar);

    /// <summary>Runs work that tells a view how far it is.</summary>
    public static Task<T> RunAsync<T>(string what, string unit, Func<ProgressView, T> work) => RunAsync(what, unit, view => Task.Run(() => work(view)));

    /// <summary>Runs work that tells a view how far it is.</summary>
    public static Task<T> RunAsync<T>(string what, string unit, Func<ProgressView, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new ProgressView(what, unit, null, null));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new ProgressView(what, unit, console, context.AddTask(what, maxValue: 1))));
    }

    /// <summary>Shows how many units are done, and which part of the whole; null when that is not known.</summary>
    public void Tell(long done, double? part)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(_begin);
        // Rate and time left are those of this run: what an earlier one had done is there at the first telling.
        var first = _first ??= (done, part ?? 0, elapsed);
        var seconds = (elapsed - first.At).TotalSeconds;
        var rate = seconds > 0 ? (done - first.Done) / seconds : 0;
        if (_bar is not null)
        {
            _bar.Description = string.Create(CultureInfo.InvariantCulture, $"{_what} {done:N0} {_unit}, {rate:N0}/s");
            _bar.IsIndeterminate = part is null;
            _bar.Value = part ?? 0;
        }
        else if (elapsed - _lastLine >= BetweenLines)
        {
            _lastLine = elapsed;
            var gained = (part ?? 0) - first.Part;
            var left = gained > 0 ? string.Create(CultureInfo.InvariantCulture, $", {part:P0}, {seconds / gained * (1 - part!.Value):F0} s left") : "";
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_what}: {done} {_unit}, {rate:F0}/s{left}"));
        }
    }

    /// <summary>Says a line that stays.</summary>
    public void Say(string line)
    {
        if (_console is not null)
        {
            _console.WriteLine(line);
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }
}

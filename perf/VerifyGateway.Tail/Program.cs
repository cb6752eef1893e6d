using VerifyGateway.Tail;

// ./perf/tail/run builds, says on which machine, and bounds the time. Prints Markdown, and how far it is to standard error.
const int TooFewValidRounds = 98;
if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine("usage: Tail [--quick] [--terminals N] [--few N] [--rounds N] [--seconds N] [--low N] [--rate N] [--memory MIB] [--seed N]");
    return 2;
}

using var few = await Gateway.StartAsync(options.Few, options.MemoryMiB);
using var many = await Gateway.StartAsync(options.Terminals, options.MemoryMiB);
Console.Error.WriteLine(FormattableString.Invariant($"{many.Process.Output.Split('\n').First(static it => it.StartsWith("Loaded", StringComparison.Ordinal))}; {many.ResidentMiB():N0} MiB resident"));
var held = await many.MetricAsync("verifygateway_cache_entries");
if (held != options.Terminals + (options.Terminals * 3L / 4) + (options.Terminals % 4 == 0 ? 0 : 1))
{
    throw new InvalidOperationException($"The gateway holds {held} records of the fleet of {options.Terminals} terminals.");
}

var rounds = new Rounds(options, few, many, Console.Error);
await rounds.RunAsync();
Console.Write(Page.Of(options, few, many, rounds));
return rounds.AreEnough ? 0 : TooFewValidRounds;

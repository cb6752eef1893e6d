using System.Globalization;
using VerifyGateway.Coherence;

// Parts and numbers; ./perf/coherence/run builds, says on which machine, and bounds the time. Prints Markdown.
string[] all = ["freeze", "redis-hit", "redis-dead", "flush", "start"];
var numbers = new Dictionary<string, int> { ["--rounds"] = 5, ["--seconds"] = 3, ["--freezes"] = 500, ["--terminals"] = 1_000_000 };
var parts = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (all.Contains(args[i]))
    {
        parts.Add(args[i]);
    }
    else if (numbers.ContainsKey(args[i]) && i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
    {
        numbers[args[i++]] = number;
    }
    else
    {
        Console.Error.WriteLine($"usage: Coherence [{string.Join(" | ", all)}]... {string.Join(' ', numbers.Keys.Select(static it => $"[{it} N]"))}");
        return 2;
    }
}

var redis = new RedisPart(numbers["--rounds"], TimeSpan.FromSeconds(numbers["--seconds"]));
foreach (var part in parts.Count == 0 ? [.. all] : parts)
{
    await (part switch
    {
        "freeze" => FreezePart.RunAsync(numbers["--freezes"]),
        "redis-hit" => redis.HitsAsync(),
        "redis-dead" => redis.DeadAsync(),
        "flush" => redis.FlushAsync(),
        _ => StartPart.RunAsync(numbers["--terminals"], numbers["--rounds"]),
    });
}

return 0;

using System.Globalization;

namespace VerifyGateway.Tail;

/// <summary>The results, as Markdown.</summary>
internal static class Page
{
    private const double WantedRatio = 1.3;
    private const double WantedLowMs = 1;

    public static string Of(Options options, Gateway few, Gateway many, Rounds rounds)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        void Say(FormattableString line) => text.WriteLine(FormattableString.Invariant(line));
        var high = rounds.High.Where(static it => it.Invalid.Length == 0).ToArray();
        var low = rounds.Low.Where(static it => it.Invalid.Length == 0).ToArray();

        Say($"| wanted | median (least–most) | valid rounds | |");
        Say($"|---|---:|---:|---|");
        Say($"| 99.9 % of CheckStatus at half of saturation with {many.Terminals:N0} terminals ÷ with {few.Terminals:N0}: at most {WantedRatio} | {Spread(high.Select(static it => it.Ratio))} | {high.Length} | {Verdict(options, high.Select(static it => it.Ratio), WantedRatio)} |");
        foreach (var (gateway, values) in new[] { (few, low.Select(static it => it.Latency.Few).ToArray()), (many, low.Select(static it => it.Latency.Many).ToArray()) })
        {
            Say($"| 99 % at {options.Low:N0} a second, {gateway.Terminals:N0} terminals: at most {WantedLowMs} ms | {Spread(values)} ms | {values.Length} | {Verdict(options, values, WantedLowMs)} |");
        }

        Say($"");
        Say($"Latency counts from the instant at which the schedule wanted a check to begin. Every check asks for a terminal drawn at random among all that are held, and every one was answered ALLOW, from memory unless the lease had run out (last column).");
        Say($"");
        Say($"## The gateways");
        Say($"");
        Say($"| terminals | merchants | resident memory, MiB | checks a second at saturation: h2load, one terminal | the same by the generator, terminals at random |");
        Say($"|---:|---:|---:|---:|---:|");
        Say($"| {few.Terminals:N0} | {few.Terminals * 3L / 4:N0} | {few.ResidentMiB():N0} | {Spread(rounds.ByH2Load.Select(static it => it.Few), "0")} | {Spread(rounds.Closed.Select(static it => it.Few), "0")} |");
        Say($"| {many.Terminals:N0} | {many.Terminals * 3L / 4:N0} | {many.ResidentMiB():N0} | {Spread(rounds.ByH2Load.Select(static it => it.Many), "0")} | {Spread(rounds.Closed.Select(static it => it.Many), "0")} |");
        Say($"");
        Say($"Two processes, both up all the time. Each is the gateway's own composition (settings as shipped but for `Cache:MemoryMiB={options.MemoryMiB}`; Kestrel, the direct way, callers, lease, feed, roster, metrics). Its system of record is a SQLite file, of which one thing is changed: records of the fleet are made when they are asked for, since an import of so many would take hours. Memory was filled through the gateway's reader before the first load. Saturation: {Saturation.Connections} connections × {Saturation.Streams} calls at all times.");
        Say($"");
        Say($"## At half of saturation: {rounds.Rate:N0} a second, {options.Seconds} s each");
        Table(Say, rounds.High);
        Say($"");
        Say($"## At {options.Low:N0} a second, {options.Seconds} s each");
        Table(Say, rounds.Low);
        Say($"");
        Say($"\"Queued\" is how long threads of the gateway could have gone on and had no processor, all together. \"Sent\" counts from when the generator had begun the check. \"Late\" is what the generator itself was late, which latency has in it. The generator: one thread, 8 connections in turn, {(rounds.High[0].Few.Figures.HasPrecedence ? "with real-time priority, so that it does not wait for the gateway's threads" : "without real-time priority, which the system did not allow")}; above {Load.TickAbove:N0} a second it looks every {Load.TickMicroseconds} µs for what is due and what has come, and that too is in the latency. A round is INVALID and not counted when at half of saturation one check in a thousand began more than {Options.MostLateAtHalfMs} ms late, at the low rate one in a hundred more than {Options.MostLateAtLowMs} ms, or when other programs and the machine's host took more than {Options.MostOfOthers:P0} of the processors. Seed {options.Seed}.");
        return text.ToString();
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Table(Action<FormattableString> say, List<Pair> rounds)
    {
        say($"");
        say($"| round, fleet | 50 %, ms | 99 % | 99.9 % | longest | sent 99.9 % | late 99 % | late 99.9 % | gateway, µs a check | gateway queued, ms a s | generator, CPU | others | collections, paused | page faults | lease ran out, not from memory | |");
        say($"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|");
        var number = 0;
        foreach (var round in rounds)
        {
            number++;
            foreach (var (name, one) in new[] { ("few", round.Few), ("many", round.Many) })
            {
                var it = one.Figures;
                say($"| {number}, {name} | {it.Latency(0.5):0.00} | {it.Latency(0.99):0.00} | {it.Latency(0.999):0.00} | {it.Latency(1):0.0} | {it.FromSending(0.999):0.00} | {it.Late(0.99):0.00} | {it.Late(0.999):0.00} | {one.CpuOfACheck:0.0} | {one.Used.Queued / it.Seconds * 1_000:0} | {one.Used.Generator / it.Seconds:P0} | {one.Others:P1} | {one.Collections:0}, {one.PausedSeconds * 1_000:0.0} ms | {one.Used.Faults:0} | {one.LeaseExpiries:0}, {one.FromElsewhere} | {(round.Invalid.Length == 0 ? "" : "INVALID: " + round.Invalid)} |");
            }
        }
    }

    private static string Verdict(Options options, IEnumerable<double> values, double wanted)
    {
        double[] all = [.. values];
        return all.Length < options.Rounds ? "**too few valid rounds**" : Median(all) <= wanted ? "met" : "**missed**";
    }

    private static string Spread(IEnumerable<double> values, string format = "0.00")
    {
        double[] all = [.. values];
        return all.Length == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{Text(Median(all))} ({Text(all.Min())}–{Text(all.Max())})");

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}

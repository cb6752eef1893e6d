using System.Diagnostics;
using System.Globalization;
using VerifyGateway.TestKit;

namespace VerifyGateway.Coherence;

/// <summary>One run of load: what came back, how fast, and what one call cost of processor time.</summary>
/// <param name="Answers">What came back.</param>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="CpuMicroseconds">Of the gateway's process.</param>
/// <param name="RedisMicroseconds">Of Redis; 0 when it was not looked at.</param>
/// <param name="LoadMicroseconds">Of this process.</param>
internal sealed record LoadResult(Answers Answers, double PerSecond, double CpuMicroseconds, double RedisMicroseconds, double LoadMicroseconds);

/// <summary>Sends checks over several connections, a thread each.</summary>
internal sealed class CheckLoad(GatewayProcess gateway, RedisServer? redis = null, int connections = 8, int streams = 32)
{
    // As Linux counts processor time everywhere that .NET runs.
    private const double TicksASecond = 100;

    private int _next;

    /// <summary>Asks for the terminals in turn, for a time.</summary>
    public LoadResult ForAWhile(byte[][] bodies, TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        return Run(() => Stopwatch.GetTimestamp() < end ? bodies[(uint)Interlocked.Increment(ref _next) % (uint)bodies.Length] : null);
    }

    /// <summary>Asks for each terminal once.</summary>
    public LoadResult Once(byte[][] bodies)
    {
        var next = -1;
        return Run(() => Interlocked.Increment(ref next) is var at && at < bodies.Length ? bodies[at] : null);
    }

    private LoadResult Run(Func<byte[]?> next)
    {
        var open = Enumerable.Range(0, connections).Select(_ => new CheckConnection(gateway.Grpc)).ToArray();
        try
        {
            var (before, began) = (Cpu(), Stopwatch.GetTimestamp());
            // Threads of their own: they block.
            var running = open.Select(it => Task.Factory.StartNew(() => it.Run(streams, next), TaskCreationOptions.LongRunning)).ToArray();
            var answers = new Answers();
            foreach (var one in running)
            {
                answers.Add(one.GetAwaiter().GetResult());
            }

            var (seconds, used) = (Stopwatch.GetElapsedTime(began).TotalSeconds, Cpu());
            double OfOne(double from, double to) => (to - from) * 1e6 / answers.Ended;
            return new LoadResult(answers, answers.Ended / seconds, OfOne(before.Gateway, used.Gateway), OfOne(before.Redis, used.Redis), OfOne(before.Load, used.Load));
        }
        finally
        {
            Array.ForEach(open, static it => it.Dispose());
        }
    }

    /// <summary>Processor time so far, seconds.</summary>
    private (double Gateway, double Redis, double Load) Cpu() => (CpuSeconds(gateway.Process.Id), redis is null ? 0 : CpuSeconds(redis.Process.Id), CpuSeconds(Environment.ProcessId));

    private static double CpuSeconds(int process)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksASecond;
    }
}

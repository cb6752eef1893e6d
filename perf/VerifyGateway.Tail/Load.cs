using System.Diagnostics;

namespace VerifyGateway.Tail;

/// <summary>
/// Asks one gateway for terminals drawn at random, on one thread, over a few connections in turn. Open: at a constant rate, whatever comes
/// back, and latency counts from the instant at which the schedule wanted the call to begin. Closed: so many calls at all times, each
/// begun when another has ended. Begun once.
/// </summary>
internal sealed class Load : Connection.IAnswers
{
    /// <summary>Checks a second above which the generator looks at its sockets at intervals, so that it leaves the processors to the gateway.</summary>
    public const int TickAbove = 5_000;

    /// <summary>How long such an interval is.</summary>
    public const int TickMicroseconds = 100;

    private const int Connections = 8;
    // What is due at one instant goes over one connection, up to so many calls.
    private const int MostAtOnce = 32;
    private static readonly double TicksASecond = Stopwatch.Frequency;
    private static readonly long Patience = 20 * Stopwatch.Frequency;

    private readonly Uri _gateway;
    private readonly int _terminals;
    private readonly Random _random;
    private readonly Check _check = new();
    private readonly long _total;
    private readonly double _ticksACall;
    private readonly int _open;
    private readonly long _length;
    private readonly long _tick;
    private readonly long[] _latencies;
    private readonly long[] _fromSending;
    private readonly long[] _late;
    private long _asked;
    private long _ended;
    private long _allowed;
    private long _fromMemory;

    private Load(Uri gateway, int terminals, int seed, TimeSpan time, double rate, int open)
    {
        (_gateway, _terminals, _random, _open) = (gateway, terminals, new Random(seed), open);
        _length = (long)(time.TotalSeconds * TicksASecond);
        _total = open > 0 ? long.MaxValue : Math.Max(1, (long)(time.TotalSeconds * rate));
        _ticksACall = TicksASecond / rate;
        _tick = open == 0 && rate > TickAbove ? Stopwatch.Frequency / 1_000_000 * TickMicroseconds : 0;
        // Written before, so that the load does not wait for the system to give these pages.
        var places = open > 0 ? (int)(2_000_000 * time.TotalSeconds) : (int)_total;
        (_latencies, _fromSending, _late) = (Filled(places), Filled(places), Filled(open > 0 ? 0 : places));
    }

    /// <summary>Calls that have been handed to a connection so far; any thread may look.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>A constant rate for a time.</summary>
    public static Load AtRate(Uri gateway, int terminals, double rate, TimeSpan time, int seed) => new(gateway, terminals, seed, time, rate, open: 0);

    /// <summary>So many calls at all times, for a time.</summary>
    public static Load Closed(Uri gateway, int terminals, int open, TimeSpan time, int seed) => new(gateway, terminals, seed, time, rate: 1, open);

    /// <summary>Runs to the end, on a thread of its own that has precedence where the system allows it.</summary>
    public Task<LoadFigures> RunAsync() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Connection.IAnswers.Take(long intended, long began, long ended, Answer answer)
    {
        (_latencies[_ended], _fromSending[_ended]) = (ended - intended, ended - began);
        _ended++;
        _allowed += answer == Answer.Other ? 0 : 1;
        _fromMemory += answer == Answer.FromMemory ? 1 : 0;
    }

    private static long[] Filled(int places)
    {
        var array = new long[places];
        Array.Fill(array, long.MaxValue);
        return array;
    }

    private LoadFigures Run()
    {
        var hasPrecedence = Waiting.TryTakePrecedence();
        var connections = new Connection[Connections];
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                connections[i] = new Connection(_gateway, this);
            }

            GC.Collect();
            var (collections, cpu) = (GC.CollectionCount(0), Environment.CpuUsage.TotalTime);
            var seconds = Drive(connections);
            return new LoadFigures(_latencies.AsSpan(0, (int)_ended), _fromSending.AsSpan(0, (int)_ended), _late.AsSpan(0, _open > 0 ? 0 : (int)_asked))
            {
                Seconds = seconds, Asked = _asked, Allowed = _allowed, FromMemory = _fromMemory, HasPrecedence = hasPrecedence,
                Collections = GC.CollectionCount(0) - collections, CpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            };
        }
        finally
        {
            Array.ForEach(connections, static it => it?.Dispose());
        }
    }

    private double Drive(Connection[] connections)
    {
        var polled = new Waiting.Polled[Connections];
        var start = Stopwatch.GetTimestamp();
        var (turn, free) = (0, start);
        while (true)
        {
            var now = Stopwatch.GetTimestamp();
            var wake = _open > 0 ? Refill(connections, start, now) : SendDue(connections, start, ref turn, ref free, now);
            if ((wake == long.MaxValue && connections.All(static it => it.Open == 0)) || now > start + _length + Patience)
            {
                return (Stopwatch.GetTimestamp() - start) / TicksASecond;
            }

            for (var i = 0; i < Connections; i++)
            {
                polled[i] = new Waiting.Polled { Handle = connections[i].Handle, Wanted = (short)(Waiting.CanRead | (connections[i].HasMore ? Waiting.CanWrite : 0)) };
            }

            if (_tick > 0)
            {
                Waiting.ForAny([], now + _tick);
                wake = 0;
            }

            Waiting.ForAny(polled, Math.Min(wake, start + _length + Patience));
            for (var i = 0; i < Connections; i++)
            {
                if (polled[i].Possible != 0)
                {
                    connections[i].Receive();
                    connections[i].Flush();
                }
            }
        }
    }

    /// <summary>Begins every call whose time has come; returns when the next one's comes, or never when there is none or no connection has room.</summary>
    private long SendDue(Connection[] connections, long start, ref int turn, ref long free, long now)
    {
        while (_asked < _total)
        {
            var due = start + (long)(_asked * _ticksACall);
            if (due > now)
            {
                return due;
            }

            var tried = 0;
            while (!connections[turn].HasRoom && tried++ < Connections)
            {
                turn = (turn + 1) % Connections;
            }

            var connection = connections[turn];
            if (!connection.HasRoom)
            {
                // It is the gateway that holds this call up: late is only what comes after it has made room.
                free = long.MaxValue;
                return start + _length + Patience;
            }

            free = free == long.MaxValue ? now : free;
            for (var i = 0; i < MostAtOnce && _asked < _total && due <= now && connection.HasRoom; i++)
            {
                connection.Ask(_check.Of(_random.Next(_terminals)), due, now);
                _late[_asked] = now - Math.Max(due, free);
                Volatile.Write(ref _asked, _asked + 1);
                due = start + (long)(_asked * _ticksACall);
            }

            connection.Flush();
            turn = (turn + 1) % Connections;
            now = Stopwatch.GetTimestamp();
        }

        return long.MaxValue;
    }

    private long Refill(Connection[] connections, long start, long now)
    {
        if (now > start + _length)
        {
            return long.MaxValue;
        }

        foreach (var connection in connections)
        {
            while (connection.Open < _open / Connections && connection.HasRoom)
            {
                connection.Ask(_check.Of(_random.Next(_terminals)), now, now);
                Volatile.Write(ref _asked, _asked + 1);
            }

            connection.Flush();
        }

        return start + _length;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>What a stream has come to.</summary>
internal sealed class FuzzAnswer
{
    public StringBuilder Headers { get; } = new();

    public List<byte> Body { get; } = [];

    public bool IsEnded { get; set; }

    public uint? Reset { get; set; }

    /// <summary>True when the caller has reset it: what comes then is chance.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>True when all of the call was sent.</summary>
    public bool IsSent { get; set; }

    /// <summary>The most that may still be sent on it: settings may or may not have been read.</summary>
    public long Window { get; set; }

    /// <summary>What may be sent on it when all settings have been read.</summary>
    public long Least { get; set; }

    public bool IsOver => IsEnded || Reset is not null;

    /// <summary>After an answer that did not need the body, whether the rest of it is given up is chance.</summary>
    public override string ToString() => $"{Headers}{Convert.ToHexString([.. Body])} {(IsEnded ? "ended" : Reset is { } code ? $"reset {code}" : "open")}";
}

/// <summary>Sends a script over a connection, cut anywhere, and keeps what comes; holds the gateway to the windows that it was granted.</summary>
internal sealed class FuzzCaller : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _came = new(0);
    private readonly Random _random;
    private readonly string _where;
    private readonly FuzzScript _script;
    private readonly HeaderTable _table = new();
    private readonly Queue<long> _initialWindows = new();
    private readonly Queue<int> _tables = new();
    private readonly List<byte> _own = [];
    private readonly List<byte> _toSend = [];
    private long _initialWindow = 65_535;
    private long _window = 65_535;
    private int _ungranted;
    private int _mostTable = 4_096;
    private bool _isClosed;
    private Exception? _fault;

    private FuzzCaller(string where, FuzzScript script, int seed) => (_where, _script, _random) = (where, script, new Random(seed));

    public Dictionary<uint, FuzzAnswer> Answers { get; } = [];

    /// <summary>The code with which the gateway has ended the connection.</summary>
    public uint? GoAway { get; private set; }

    /// <summary>True when the gateway has ended the connection before the script was over.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Sends a script.</summary>
    public static async Task<FuzzCaller> RunAsync(string where, string address, FuzzScript script, int seed)
    {
        using var caller = new FuzzCaller(where, script, seed);
        await caller._socket.ConnectAsync(IPEndPoint.Parse(address["http://".Length..]));
        var reading = caller.ReadAsync();
        try
        {
            caller.IsCutShort = !await caller.SendAllAsync();
            if (script.Violation.Length > 0 && !caller.IsCutShort)
            {
                await caller.SendAsync(script.Violation);
                Assert.True(await caller.UntilAsync(() => caller._isClosed || caller.GoAway > 0), $"{where}: the connection did not end\n{script}");
            }
        }
        finally
        {
            caller._socket.Dispose();
            await reading;
        }

        return caller._fault is null ? caller : throw new InvalidOperationException($"{where}: {caller._fault.Message}\n{script}", caller._fault);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _came.Dispose();
    }

    private async Task<bool> SendAllAsync()
    {
        foreach (var unit in _script.Units)
        {
            if (unit.Length == 0)
            {
                if (!await UntilAsync(() => Answers.Values.All(static it => !it.IsSent || it.IsGivenUp || it.IsOver)))
                {
                    return false;
                }

                continue;
            }

            lock (_gate)
            {
                TakeOwn();
                _toSend.AddRange(unit);
                Account(unit);
            }

            if (_random.Next(3) == 0)
            {
                await SendAsync(_random.Next(1, _toSend.Count + 1));
            }
        }

        return true;
    }

    /// <summary>Sends all there is, and waits; false when the connection has ended before that.</summary>
    private async Task<bool> UntilAsync(Func<bool> isDone)
    {
        while (true)
        {
            bool isOver;
            lock (_gate)
            {
                TakeOwn();
                if (_fault is not null)
                {
                    return false;
                }

                if (isDone())
                {
                    return true;
                }

                isOver = _isClosed;
            }

            if (isOver)
            {
                return false;
            }

            await SendAsync(_toSend.Count);
            if (!await _came.WaitAsync(Limit))
            {
                var open = string.Join(", ", Answers.Where(static it => it.Value.IsSent && !it.Value.IsGivenUp && !it.Value.IsOver).Select(static it => $"{it.Key}: {it.Value} window {it.Value.Window}"));
                throw new TimeoutException($"{_where}: nothing comes; window {_window}; open {open}\n{_script}");
            }
        }
    }

    private async Task SendAsync(int count)
    {
        byte[] bytes = [.. _toSend[..count]];
        _toSend.RemoveRange(0, count);
        await SendAsync(bytes);
    }

    private async Task SendAsync(byte[] bytes)
    {
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                at += await _socket.SendAsync(bytes.AsMemory(at));
            }
        }
        catch (SocketException)
        {
            // The gateway has closed the connection: what it said is read.
        }
    }

    private void TakeOwn()
    {
        _toSend.AddRange(_own);
        _own.Clear();
    }

    /// <summary>The gateway may send more from now on, or has to take a stream for given up.</summary>
    private void Account(byte[] unit)
    {
        foreach (var frame in Wire.Frames(unit.AsSpan().StartsWith(Wire.Preface) ? unit[Wire.Preface.Length..] : unit))
        {
            switch (frame.Type)
            {
                case Wire.Settings when frame.Flags == 0:
                    AccountSettings(frame.Payload);
                    break;
                case Wire.WindowUpdate when frame.Stream == 0:
                    _window += frame.Number;
                    break;
                case Wire.WindowUpdate:
                    Answers[frame.Stream].Window += frame.Number;
                    Answers[frame.Stream].Least += frame.Number;
                    break;
                case Wire.Reset:
                    Answers[frame.Stream].IsGivenUp = true;
                    break;
                case Wire.Headers or Wire.Data:
                    if (!Answers.TryGetValue(frame.Stream, out var answer))
                    {
                        Answers.Add(frame.Stream, answer = new FuzzAnswer { Window = _initialWindows.Append(_initialWindow).Max(), Least = _initialWindows.LastOrDefault(_initialWindow) });
                    }

                    answer.IsSent |= (frame.Flags & Wire.EndStream) != 0;
                    GrantStream(frame.Stream, answer);
                    break;
            }
        }
    }

    private void AccountSettings(byte[] settings)
    {
        var (window, table) = (_initialWindows.LastOrDefault(_initialWindow), _tables.LastOrDefault(_mostTable));
        for (var at = 0; at < settings.Length; at += 6)
        {
            var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(settings.AsSpan(at + 2));
            if (settings[at + 1] == 4)
            {
                foreach (var (stream, answer) in Answers)
                {
                    answer.Window += Math.Max(0, value - window);
                    answer.Least += value - window;
                    GrantStream(stream, answer);
                }

                window = value;
            }
            else if (settings[at + 1] == 1)
            {
                table = (int)value;
            }
        }

        _initialWindows.Enqueue(window);
        _tables.Enqueue(table);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        var length = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var count)
            {
                length += count;
                var at = 0;
                lock (_gate)
                {
                    for (; length - at >= 9 && FuzzScript.Length(buffer, at) is var size && length - at >= size; at += size)
                    {
                        Take(Wire.Frames(buffer[at..(at + size)])[0]);
                    }
                }

                buffer.AsSpan(at, length - at).CopyTo(buffer);
                length -= at;
                _came.Release();
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // As when it is closed.
        }
        catch (Exception fault)
        {
            _fault = fault;
        }

        _isClosed = true;
        _came.Release();
    }

    private void Take(WireFrame frame)
    {
        switch (frame.Type)
        {
            case Wire.Settings when frame.Flags == 0:
                _own.AddRange(Wire.Frame(Wire.Settings, 1, 0));
                break;
            case Wire.Settings:
                (_initialWindow, _mostTable) = (_initialWindows.Dequeue(), _tables.Dequeue());
                break;
            case Wire.Ping when frame.Flags == 0:
                _own.AddRange(Wire.Frame(Wire.Ping, 1, 0, frame.Payload));
                break;
            case Wire.GoAway:
                GoAway = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(4));
                break;
            case Wire.Reset:
                Answers[frame.Stream].Reset = frame.Number;
                break;
            case Wire.Headers or Wire.Data:
                TakeAnswer(frame, Answers[frame.Stream]);
                break;
        }
    }

    private void TakeAnswer(WireFrame frame, FuzzAnswer answer)
    {
        Assert.False(answer.IsEnded, $"more of stream {frame.Stream}, which has ended");
        answer.IsEnded = (frame.Flags & Wire.EndStream) != 0;
        if (frame.Type == Wire.Headers)
        {
            Assert.NotEqual(0, frame.Flags & Wire.EndHeaders);
            foreach (var (name, value) in _table.Read(frame.Payload, _mostTable).Where(static it => it.Name != "date"))
            {
                answer.Headers.Append(name).Append(": ").Append(value).Append('\n');
            }

            GrantStream(frame.Stream, answer);
            return;
        }

        answer.Body.AddRange(frame.Payload);
        answer.Window -= frame.Payload.Length;
        answer.Least -= frame.Payload.Length;
        _window -= frame.Payload.Length;
        Assert.True(answer.Window >= 0, $"stream {frame.Stream} has got {-answer.Window} bytes more than it was granted");
        Assert.True(_window >= 0, $"the connection has got {-_window} bytes more than it was granted");
        GrantStream(frame.Stream, answer);
        _ungranted += frame.Payload.Length;
        if (_ungranted >= _script.GrantFrom)
        {
            _own.AddRange(Wire.Grant(0, (uint)_ungranted));
            _window += _ungranted;
            _ungranted = 0;
        }
    }

    /// <summary>Grants a stream more when what was granted may be used up.</summary>
    private void GrantStream(uint stream, FuzzAnswer answer)
    {
        if (!answer.IsOver && !answer.IsGivenUp && answer.IsSent && answer.Least < 20)
        {
            var more = 5_000 - answer.Least;
            _own.AddRange(Wire.Grant(stream, (uint)more));
            answer.Window += more;
            answer.Least += more;
        }
    }
}

namespace VerifyGateway.Server.Frames;

/// <summary>
/// Blocks of headers of one connection of which the web server has said what they mean: a plain check. The same bytes mean the same as long
/// as the table that they may refer to does not change. <see cref="Confirm"/> and <see cref="Refuse"/> are for any thread, all else for the one that reads the connection.
/// </summary>
internal sealed class KnownHeaders(TimeSpan validFor, TimeProvider time)
{
    /// <summary>The longest block that is kept, bytes.</summary>
    public const int MostBytes = 1_024;

    private const int Places = 8;
    private const uint StreamsToWait = 200;

    private readonly Block?[] _known = new Block?[Places];
    private Block? _offered;
    private int _next;

    /// <summary>Finds a block; null when it is not known, or has to be shown to the web server again.</summary>
    public Block? Find(ReadOnlySpan<byte> bytes, long now)
    {
        TakeConfirmed();
        for (var place = 0; place < Places; place++)
        {
            if (_known[place] is { } block && bytes.SequenceEqual(block.Bytes))
            {
                if (now < block.Until)
                {
                    return block;
                }

                _known[place] = null;
                return null;
            }
        }

        return null;
    }

    /// <summary>A block goes to the web server, which may say what it means.</summary>
    public void Passes(uint stream, ReadOnlySpan<byte> bytes)
    {
        var use = HeaderBlock.UseOf(bytes);
        if (use == TableUse.Changes)
        {
            TableChanges();
        }
        else if (bytes.Length <= MostBytes && (_offered is not { IsRefused: false } waits || stream - waits.Stream > StreamsToWait))
        {
            Volatile.Write(ref _offered, new Block(stream, bytes.ToArray(), use));
        }
    }

    /// <summary>The table changes, or may: what refers to it has another meaning.</summary>
    public void TableChanges()
    {
        if (_offered?.Use == TableUse.Reads)
        {
            Volatile.Write(ref _offered, null);
        }

        for (var place = 0; place < Places; place++)
        {
            if (_known[place]?.Use == TableUse.Reads)
            {
                _known[place] = null;
            }
        }
    }

    /// <summary>The web server says that the headers of a stream are those of a plain check.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="bodyBytes">Length of the body as the headers tell it; null when they do not.</param>
    /// <param name="mayWait">True when their deadline, if there is one, leaves time for a read of Redis.</param>
    public void Confirm(int stream, long? bodyBytes, bool mayWait)
    {
        if (Volatile.Read(ref _offered) is { } offered && offered.Stream == (uint)stream)
        {
            offered.Confirm(bodyBytes, mayWait, time.GetTimestamp() + (long)(validFor.TotalSeconds * time.TimestampFrequency));
        }
    }

    /// <summary>The web server says that the headers of a stream are not those of a plain check.</summary>
    public void Refuse(int stream)
    {
        if (Volatile.Read(ref _offered) is { } offered && offered.Stream == (uint)stream)
        {
            offered.IsRefused = true;
        }
    }

    private void TakeConfirmed()
    {
        if (_offered is { IsConfirmed: true } offered)
        {
            _known[_next] = offered;
            _next = (_next + 1) % Places;
            Volatile.Write(ref _offered, null);
        }
    }

    /// <summary>A block of headers.</summary>
    internal sealed class Block(uint stream, byte[] bytes, TableUse use)
    {
        private long? _bodyBytes;
        private bool _isConfirmed;
        private bool _isRefused;

        /// <summary>The stream on which it went to the web server.</summary>
        public uint Stream => stream;

        /// <summary>Its bytes.</summary>
        public byte[] Bytes => bytes;

        /// <summary>What it has to do with the table.</summary>
        public TableUse Use => use;

        /// <summary>True when the headers do not say that the body has another length.</summary>
        public bool IsBody(int bytes) => _bodyBytes is not { } told || told == bytes;

        /// <summary>True when a call with these headers may wait for Redis.</summary>
        public bool MayWait { get; private set; }

        /// <summary>True when it is known to be that of a plain check.</summary>
        public bool IsConfirmed => Volatile.Read(ref _isConfirmed);

        /// <summary>True when it is known not to be that of a plain check.</summary>
        public bool IsRefused
        {
            get => Volatile.Read(ref _isRefused);
            set => Volatile.Write(ref _isRefused, value);
        }

        /// <summary>The web server is to see it again from then on, a timestamp of the clock.</summary>
        public long Until { get; private set; }

        /// <summary>It is that of a plain check.</summary>
        public void Confirm(long? bodyBytes, bool mayWait, long until)
        {
            (_bodyBytes, MayWait, Until) = (bodyBytes, mayWait, until);
            Volatile.Write(ref _isConfirmed, true);
        }
    }
}

using System.Text;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>The table of headers of one direction of a connection, and blocks that were packed with it (HPACK, RFC 7541). No Huffman code.</summary>
internal sealed class HeaderTable
{
    private static readonly (string Name, string Value)[] Static =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"),
        (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"),
        .. "accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control content-disposition content-encoding content-language content-length content-location content-range content-type cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate"
            .Split(' ').Select(static name => (name, "")),
    ];

    private readonly List<(string Name, string Value)> _newestFirst = [];
    private int _size;
    private int _most = 4_096;

    /// <summary>So many were added.</summary>
    public int Added { get; private set; }

    /// <summary>The number of an entry; 0 when there is none.</summary>
    public int Find(string name, string value) => _newestFirst.IndexOf((name, value)) is >= 0 and var at ? at + Static.Length + 1 : 0;

    public void Add(string name, string value)
    {
        _newestFirst.Insert(0, (name, value));
        Added++;
        _size += Size(name, value);
        Resize(_most);
    }

    public void Resize(int most)
    {
        _most = most;
        for (; _size > most; _newestFirst.RemoveAt(_newestFirst.Count - 1))
        {
            _size -= Size(_newestFirst[^1].Name, _newestFirst[^1].Value);
        }
    }

    /// <summary>The headers of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="mostSize">The largest table that the reader has allowed: a block that comes when it has to be made smaller says so first.</param>
    public List<(string Name, string Value)> Read(ReadOnlySpan<byte> block, int mostSize)
    {
        var headers = new List<(string Name, string Value)>();
        for (; block.Length > 0 && (block[0] & 0xE0) == 0x20; Resize(Number(ref block, 0x1F)))
        {
        }

        Assert.True(_most <= mostSize, $"a block of headers with a table of {_most} bytes, of {mostSize} that are allowed");
        while (block.Length > 0)
        {
            var first = block[0];
            if (first >= 0x80)
            {
                headers.Add(Entry(Number(ref block, 0x7F)));
                continue;
            }

            Assert.NotEqual(0x20, first & 0xE0);
            var number = Number(ref block, first >= 0x40 ? 0x3F : 0x0F);
            var name = number == 0 ? Text(ref block) : Entry(number).Name;
            headers.Add((name, Text(ref block)));
            if (first >= 0x40)
            {
                Add(headers[^1].Name, headers[^1].Value);
            }
        }

        return headers;
    }

    private (string Name, string Value) Entry(int number) => number <= Static.Length ? Static[number - 1] : _newestFirst[number - Static.Length - 1];

    private static int Size(string name, string value) => name.Length + value.Length + 32;

    private static int Number(ref ReadOnlySpan<byte> block, int mask)
    {
        var number = block[0] & mask;
        block = block[1..];
        if (number < mask)
        {
            return number;
        }

        for (var shift = 0; ; shift += 7)
        {
            var more = block[0];
            block = block[1..];
            number += (more & 0x7F) << shift;
            if (more < 0x80)
            {
                return number;
            }
        }
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        Assert.True(block[0] < 0x80, "text in Huffman code");
        var length = Number(ref block, 0x7F);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}

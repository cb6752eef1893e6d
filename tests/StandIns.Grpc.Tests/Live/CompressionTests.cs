using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Compression;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

public class CompressionTests
{
    private static readonly Note Compressible = new() { Payload = ByteString.CopyFrom(new byte[50_000]) };

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Response_IsCompressed(string encoding)
    {
        var (atServer, atClient) = (new Counting(encoding), new Counting(encoding));
        await using var server = await StartAsync(new Handlers(), atServer, atClient, compressResponses: true);

        var answer = await server.Client.EchoAsync(Compressible);

        Assert.Equal(Compressible, answer);
        Assert.Equal((Compressed: 1, Decompressed: 0), (atServer.Compressed, atServer.Decompressed));
        Assert.Equal((Compressed: 0, Decompressed: 1), (atClient.Compressed, atClient.Decompressed));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Request_IsCompressedWhenItsHeaderAsksForIt(string encoding)
    {
        var (atServer, atClient) = (new Counting(encoding), new Counting(encoding));
        await using var server = await StartAsync(new Handlers(), atServer, atClient, compressResponses: false);

        var answer = await server.Client.EchoAsync(Compressible, new Metadata { { "grpc-internal-encoding-request", encoding } });

        Assert.Equal(Compressible, answer);
        Assert.Equal((Compressed: 1, Decompressed: 0), (atClient.Compressed, atClient.Decompressed));
        Assert.Equal((Compressed: 0, Decompressed: 1), (atServer.Compressed, atServer.Decompressed));
    }

    [Fact]
    public async Task Response_WrittenWithNoCompress_IsNotCompressed()
    {
        var (atServer, atClient) = (new Counting("gzip"), new Counting("gzip"));
        var handlers = new Handlers
        {
            Scatter = async (request, responses, context) =>
            {
                await responses.WriteAsync(request);
                responses.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                await responses.WriteAsync(request);
                Assert.Same(responses.WriteOptions, context.WriteOptions);
            },
        };
        await using var server = await StartAsync(handlers, atServer, atClient, compressResponses: true);

        using var call = server.Client.Scatter(Compressible);
        Assert.Equal(2, await call.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal(1, atServer.Compressed);
        Assert.Equal(1, atClient.Decompressed);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void Provider_CompressedBytes_ComeBackAndTheStreamStaysOpen(string encoding)
    {
        var provider = Counting.Provider(encoding);
        Assert.Equal(encoding, provider.EncodingName);
        var data = Enumerable.Range(0, 5000).Select(i => (byte)(i / 7)).ToArray();

        using var store = new MemoryStream();
        using (var compress = provider.CreateCompressionStream(store, CompressionLevel.SmallestSize))
        {
            compress.Write(data);
        }

        store.Position = 0;
        using var back = new MemoryStream();
        using (var decompress = provider.CreateDecompressionStream(store))
        {
            decompress.CopyTo(back);
        }

        Assert.True(store.CanRead);
        Assert.InRange(store.Length, 1, 2500);
        Assert.Equal(data, back.ToArray());
    }

    private static Task<ProbeServer> StartAsync(Handlers handlers, Counting atServer, Counting atClient, bool compressResponses) =>
        ProbeServer.StartAsync(
            handlers,
            options =>
            {
                options.CompressionProviders.Clear();
                options.CompressionProviders.Add(atServer);
                if (compressResponses)
                {
                    options.ResponseCompressionAlgorithm = atServer.EncodingName;
                    options.ResponseCompressionLevel = CompressionLevel.Fastest;
                }
            },
            channel: new() { CompressionProviders = [atClient] });

    /// <summary>A provider of the library that also counts.</summary>
    private sealed class Counting(string encoding) : ICompressionProvider
    {
        private readonly ICompressionProvider _provider = Provider(encoding);

        internal int Compressed { get; private set; }

        internal int Decompressed { get; private set; }

        public string EncodingName => _provider.EncodingName;

        internal static ICompressionProvider Provider(string encoding) => encoding == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Fastest)
            : new DeflateCompressionProvider(CompressionLevel.Fastest);

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        {
            Compressed++;
            return _provider.CreateCompressionStream(stream, compressionLevel);
        }

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed++;
            return _provider.CreateDecompressionStream(stream);
        }
    }
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace StandIns.Redis.Tests;

/// <summary>The same traffic over TLS, with a certificate made for the run.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Traffic_over_TLS_is_whole_and_comes_back_after_a_restart()
    {
        using var folder = new TempFolder();
        var thumbprint = WriteCertificate(folder);
        var port = FreePort.Next();
        using var server = await RedisServer.StartAsync("--tls-port", port.ToString(CultureInfo.InvariantCulture),
            "--tls-cert-file", folder.File("cert.pem"), "--tls-key-file", folder.File("key.pem"), "--tls-auth-clients", "no");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Options(port, thumbprint));
        var database = redis.GetDatabase();

        var value = SocketConnectionTests.RandomBytes(16 * 1024 * 1024, 9);
        await database.StringSetAsync("large", value);
        Assert.True(Client.IsSame(value, await database.StringGetAsync("large")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20_000).Select(number => database.ExecuteAsync("ECHO", number)));
        Assert.Equal(Enumerable.Range(0, 20_000), answers.Select(answer => (int)answer));
        var queue = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("tls"));
        await database.PublishAsync(RedisChannel.Literal("tls"), "hello");
        Assert.Equal("hello", (string?)(await queue.ReadAsync()).Message);

        server.Kill();
        await Wait.UntilAsync(() => !redis.IsConnected, "the client to notice");
        await server.StartAgainAsync();
        await Client.UntilAnsweredAsync(database);
    }

    [Fact]
    public async Task A_server_with_another_certificate_is_refused()
    {
        using var folder = new TempFolder();
        WriteCertificate(folder);
        var port = FreePort.Next();
        using var server = await RedisServer.StartAsync("--tls-port", port.ToString(CultureInfo.InvariantCulture),
            "--tls-cert-file", folder.File("cert.pem"), "--tls-key-file", folder.File("key.pem"), "--tls-auth-clients", "no");
        var options = Options(port, "another");
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    private static ConfigurationOptions Options(int port, string thumbprint)
    {
        var options = Client.Options(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
        options.Ssl = true;
        options.SslHost = "localhost";
        options.CertificateValidation += (_, certificate, _, _) => certificate?.GetCertHashString() == thumbprint;
        return options;
    }

    private static string WriteCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }
}

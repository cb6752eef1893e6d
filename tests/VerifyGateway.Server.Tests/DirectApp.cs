using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace VerifyGateway.Server.Tests;

/// <summary>A request as it goes on the wire.</summary>
/// <param name="Body">The body.</param>
internal sealed record DirectRequest(byte[] Body)
{
    public const string CheckStatus = "/verifygateway.v1.VerificationService/CheckStatus";

    public string Path { get; init; } = CheckStatus;

    public string Method { get; init; } = "POST";

    public string? ContentType { get; init; } = "application/grpc";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Makes the body; null for one whose length is told.</summary>
    public Func<HttpContent>? Content { get; init; }

    public override string ToString() =>
        $"{Method} {Path} {ContentType} {string.Join(", ", Headers.Select(static it => $"{it.Name}: {it.Value}"))} {Convert.ToHexString(Body.AsSpan(0, Math.Min(Body.Length, 400)))}";
}

/// <summary>What came back: everything but the date.</summary>
/// <param name="Text">Status, headers and trailers, in an order of their own.</param>
/// <param name="Body">The body.</param>
internal sealed record DirectAnswer(string Text, byte[] Body)
{
    /// <summary>True when both are the same in every byte.</summary>
    public bool IsAs(DirectAnswer other) => Text == other.Text && Body.AsSpan().SequenceEqual(other.Body);

    public override string ToString() => $"{Text}\n{Convert.ToHexString(Body)}";
}

/// <summary>A web application of a rig, and connections to it. It knows which calls have come to its ordinary part.</summary>
internal sealed class DirectApp : IAsyncDisposable
{
    private readonly HttpMessageInvoker[] _clients = [.. Enumerable.Range(0, 3).Select(static _ => new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }))];
    private WebApplication? _web;
    private int _ordinary;

    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    /// <summary>Calls that came to the ordinary application.</summary>
    public int OrdinaryCalls => Volatile.Read(ref _ordinary);

    public IServiceProvider Services => _web!.Services;

    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public void Serve(WebApplication web) => _web = web;

    public Task StopAsync() => _web!.StopAsync();

    public void Ordinary() => Interlocked.Increment(ref _ordinary);

    /// <summary>Sends a request over one of a few connections.</summary>
    public async Task<DirectAnswer> SendAsync(DirectRequest sent, int connection = 0)
    {
        var uri = new Uri(Address + sent.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(sent.Method), uri)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = sent.Content?.Invoke() ?? new ByteArrayContent(sent.Body),
        };
        if (sent.ContentType is not null)
        {
            Assert.True(request.Content.Headers.TryAddWithoutValidation("content-type", sent.ContentType));
        }

        foreach (var (name, value) in sent.Headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value), name);
        }

        try
        {
            using var response = await _clients[connection % _clients.Length].SendAsync(request, CancellationToken.None);
            var body = await response.Content.ReadAsByteArrayAsync();
            var text = new StringBuilder().Append((int)response.StatusCode);
            foreach (var header in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(static it => it.Key != "Date").OrderBy(static it => it.Key, StringComparer.Ordinal))
            {
                text.Append('\n').Append(header.Key).Append(": ").Append(header.Value);
            }

            foreach (var trailer in response.TrailingHeaders.NonValidated)
            {
                text.Append("\n(trailer) ").Append(trailer.Key).Append(": ").Append(trailer.Value);
            }

            return new DirectAnswer(text.ToString(), body);
        }
        catch (HttpRequestException broken)
        {
            return new DirectAnswer($"{broken.HttpRequestError} {broken.InnerException?.GetType().Name} {(broken.InnerException as HttpProtocolException)?.ErrorCode}", []);
        }
    }

    /// <summary>The value of a series of its metrics.</summary>
    public Task<double> MetricAsync(string series) => MetricAsync(Registry, series);

    /// <summary>The sum of the values of all series whose name begins so.</summary>
    public static async Task<double> MetricAsync(CollectorRegistry registry, string series)
    {
        using var page = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(page);
        var lines = Encoding.UTF8.GetString(page.ToArray()).Split('\n').Where(line => line.StartsWith(series, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(lines);
        return lines.Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_web is not null)
        {
            await _web.DisposeAsync();
        }
    }
}

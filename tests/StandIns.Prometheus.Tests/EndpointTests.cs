using System.Net;
using System.Net.Sockets;

namespace PrometheusStandIn.Tests;

public sealed class EndpointTests
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    public EndpointTests() => Metrics.WithCustomRegistry(_registry).CreateCounter("c_total", "help").Inc();

    [Theory]
    [InlineData(null, Text)]
    [InlineData("", Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/html", Text)]
    [InlineData("text/plain", Text)]
    [InlineData("not a type, also not", Text)]
    [InlineData("application/openmetrics-text", OpenMetrics)]
    [InlineData("application/openmetrics-text; version=0.0.1", OpenMetrics)]
    [InlineData("text/html, application/openmetrics-text;q=0.1", OpenMetrics)]
    [InlineData("application/openmetrics-text;q=0.4, text/plain;q=0.5", Text)]
    [InlineData("text/plain;q=0.4, application/openmetrics-text;q=0.5", OpenMetrics)]
    [InlineData("text/plain, application/openmetrics-text", Text)]
    [InlineData("application/openmetrics-text, text/plain", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)]
    [InlineData("text/plain;version=0.0.4;q=1,*/*;q=0.1", Text)]
    public async Task TheFirstKnownFormatInTheOrderOfPreference_IsSent(string? accept, string contentType)
    {
        await using var server = await PageServer.StartAsync(_registry);
        var (type, page) = await server.GetAsync(accept);
        Assert.Equal(contentType, type);
        Assert.Equal(contentType == OpenMetrics ? "# HELP c help\n# TYPE c counter\nc_total 1.0\n# EOF\n" : "# HELP c_total help\n# TYPE c_total counter\nc_total 1\n", page);
    }

    [Fact]
    public async Task AParameterOfTheAddress_TakesThePlaceOfTheHeader()
    {
        await using var server = await PageServer.StartAsync(_registry);
        Assert.Equal(OpenMetrics, (await server.GetAsync("text/plain", "/metrics?accept=application/openmetrics-text")).ContentType);
        Assert.Equal(Text, (await server.GetAsync("application/openmetrics-text", "/metrics?accept=text/plain")).ContentType);
    }

    [Fact]
    public async Task OpenMetrics_CanBeSwitchedOff()
    {
        await using var server = await PageServer.StartAsync(app => app.MapMetrics(settings =>
        {
            settings.Registry = _registry;
            settings.EnableOpenMetrics = false;
        }, "/ops/metrics"));
        Assert.Equal(Text, (await server.GetAsync("application/openmetrics-text", "/ops/metrics")).ContentType);
        using var elsewhere = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task TheShortForm_TakesPatternAndRegistry_AndTheDefaultRegistryWithoutOne()
    {
        Metrics.CreateGauge("endpoint_default", "help").Set(1);
        await using var server = await PageServer.StartAsync(app =>
        {
            app.MapMetrics("/own", _registry);
            app.MapMetrics();
        });
        Assert.Equal(1, Page.Number((await server.GetAsync(null, "/own")).Page, "c_total"));
        Assert.Equal(1, Page.Number((await server.GetAsync(null)).Page, "endpoint_default"));
    }

    [Fact]
    public async Task Callbacks_RunBeforeThePageIsWritten()
    {
        var gauge = Metrics.WithCustomRegistry(_registry).CreateGauge("seen", "help");
        _registry.AddBeforeCollectCallback(() => gauge.Inc());
        await using var server = await PageServer.StartAsync(_registry);
        Assert.Equal(1, Page.Number((await server.GetAsync(null)).Page, "seen"));
        Assert.Equal(2, Page.Number((await server.GetAsync(null)).Page, "seen"));
    }

    [Fact]
    public async Task AReaderWhoGoesAway_LeavesTheServerWell()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.AddBeforeCollectCallback(async cancel =>
        {
            if (!begun.TrySetResult())
            {
                return;
            }

            using var registration = cancel.Register(() => cancelled.TrySetResult());
            await cancelled.Task;
        });
        await using var server = await PageServer.StartAsync(_registry);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, Page.Number((await server.GetAsync(null)).Page, "c_total"));
    }
}

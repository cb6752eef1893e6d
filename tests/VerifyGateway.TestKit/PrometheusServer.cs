using System.Globalization;
using System.Text.Json;

namespace VerifyGateway.TestKit;

/// <summary>A real Prometheus on a free loopback port with a private folder, that keeps exemplars and is asked through its HTTP API.</summary>
public sealed class PrometheusServer : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _client;
    private readonly ChildProcess _process;

    private PrometheusServer(string configuration)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        File.WriteAllText(_folder.File("prometheus.yml"), configuration);
        _process = ChildProcess.Start("prometheus",
        [
            "--config.file=" + _folder.File("prometheus.yml"), "--storage.tsdb.path=" + _folder.File("data"),
            "--web.listen-address=" + address, "--enable-feature=exemplar-storage", "--log.level=warn",
        ]);
    }

    /// <summary>What the server printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a server with a configuration file of this text and waits until it is ready.</summary>
    public static async Task<PrometheusServer> StartAsync(string configuration)
    {
        var server = new PrometheusServer(configuration);
        try
        {
            await Wait.UntilAsync(async () =>
            {
                if (server._process.HasExited)
                {
                    throw new InvalidOperationException("prometheus ended at once:\n" + server.Output);
                }

                using var ready = await server._client.GetAsync(new Uri("/-/ready", UriKind.Relative));
                return ready.IsSuccessStatusCode;
            }, "prometheus to be ready");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The <c>data</c> of an answer of the API, asked by its path under <c>/api/v1/</c>.</summary>
    public async Task<JsonElement> GetAsync(string pathAndQuery)
    {
        var answer = await _client.GetStringAsync(new Uri("/api/v1/" + pathAndQuery, UriKind.Relative));
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("data").Clone();
    }

    /// <summary>The series that an instant query gives: their labels, and their values as the server writes them.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, string Value)>> QueryAsync(string promQl)
    {
        var data = await GetAsync("query?query=" + Uri.EscapeDataString(promQl));
        return
        [
            .. data.GetProperty("result").EnumerateArray().Select(series => (
                (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                series.GetProperty("value")[1].GetString()!)),
        ];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        _process.Dispose();
        _folder.Dispose();
    }
}

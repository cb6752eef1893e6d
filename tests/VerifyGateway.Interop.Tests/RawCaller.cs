using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>What came back, before any gRPC library has looked at it.</summary>
/// <param name="Http">The HTTP status.</param>
/// <param name="Grpc">The gRPC status; null when there was none.</param>
/// <param name="Message">The gRPC message, its percent signs resolved.</param>
/// <param name="Details">The details of the error; null when there were none.</param>
/// <param name="Body">The body.</param>
/// <param name="Text">Every header, trailer and byte of the body, as a text to search.</param>
internal sealed record RawAnswer(int Http, int? Grpc, string Message, Google.Rpc.Status? Details, byte[] Body, string Text)
{
    /// <summary>Rule codes by field, as the error's details name them.</summary>
    public IReadOnlyList<(string Field, string Rule)> Violations =>
    [
        .. from detail in Details?.Details ?? []
           where detail.Is(Google.Rpc.BadRequest.Descriptor)
           from violation in detail.Unpack<Google.Rpc.BadRequest>().FieldViolations
           select (violation.Field, violation.Description.Split(':')[0]),
    ];
}

/// <summary>Sends bodies made by hand over one HTTP/2 connection.</summary>
internal sealed class RawCaller : IDisposable
{
    public const string CheckStatus = "/verifygateway.v1.VerificationService/CheckStatus";
    public const string BatchCheckStatus = "/verifygateway.v1.VerificationService/BatchCheckStatus";
    public const string StreamCheckStatus = "/verifygateway.v1.VerificationService/StreamCheckStatus";
    public const string GetBinding = "/verifygateway.v1.BindingService/GetBinding";

    private readonly HttpClient _client;

    public RawCaller(Uri gateway) => _client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = false }) { BaseAddress = gateway };

    /// <summary>Sends one request and reads the answer to its end.</summary>
    public async Task<RawAnswer> SendAsync(string path, byte[] body, Action<HttpRequestMessage>? change = null, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("te", "trailers");
        change?.Invoke(request);
        using var response = await _client.SendAsync(request, cancel);
        return await ReadAsync(response);
    }

    /// <summary>Fails unless a good check on this connection is allowed.</summary>
    public async Task ExpectGoodCallAsync()
    {
        var answer = await SendAsync(CheckStatus, Frame.Of(Sample.Good()));
        Assert.Equal((200, 0), (answer.Http, answer.Grpc));
        Assert.Equal(Decision.Allow, CheckStatusResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Decision);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static async Task<RawAnswer> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        string? Find(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.First()
            : response.Headers.TryGetValues(name, out var header) ? header.First() : null;
        var details = Find("grpc-status-details-bin") is { } packed ? Google.Rpc.Status.Parser.ParseFrom(Unpad(packed)) : null;
        var status = Find("grpc-status") is { } number ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
        var text = $"{response.Headers}{response.Content.Headers}{response.TrailingHeaders}{System.Text.Encoding.UTF8.GetString(body)}{details}";
        return new RawAnswer((int)response.StatusCode, status, Uri.UnescapeDataString(Find("grpc-message") ?? ""), details, body, text);
    }

    /// <summary>Base64 whose padding may have been left out.</summary>
    private static ByteString Unpad(string base64) => ByteString.FromBase64(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
}

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// What the web server alone costs: Kestrel with one delegate, no routing and no gRPC. It reads the request to its end and answers bytes
// that were made before, framed and ended as gRPC wants it. Arguments: the port, a file with the answer's message.
var message = await File.ReadAllBytesAsync(args[1]);
var frame = new byte[5 + message.Length];
BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
message.CopyTo(frame, 5);

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2);
});
var app = builder.Build();
app.Run(async context =>
{
    var reader = context.Request.BodyReader;
    while (true)
    {
        var read = await reader.ReadAsync();
        reader.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted)
        {
            break;
        }
    }

    context.Response.ContentType = "application/grpc";
    await context.Response.BodyWriter.WriteAsync(frame);
    context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
});
await app.RunAsync();

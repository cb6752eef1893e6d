using Google.Protobuf;
using Grpc.Core;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

public class CallKindTests
{
    [Fact]
    public async Task Unary_Answers()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (request, context) => Task.FromResult(new Note { Text = $"{request.Text} via {context.Method}", Number = request.Number + 1 }),
        });

        using var call = server.Client.EchoAsync(new Note { Text = "hello", Number = 41 });
        var answer = await call;

        Assert.Equal("hello via /standins.v1.Probe/Echo", answer.Text);
        Assert.Equal(42, answer.Number);
        Assert.Equal(Status.DefaultSuccess, call.GetStatus());
    }

    [Fact]
    public async Task BlockingUnary_Answers()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers());
        Assert.Equal("same", server.Client.Echo(new Note { Text = "same" }, cancellationToken: TestContext.Current.CancellationToken).Text);
    }

    [Fact]
    public async Task Unary_LargePayload_ArrivesWhole()
    {
        var payload = new byte[3_000_000];
        new Random(1).NextBytes(payload);
        await using var server = await ProbeServer.StartAsync(new Handlers());

        var answer = await server.Client.EchoAsync(new Note { Payload = UnsafeByteOperations.UnsafeWrap(payload) });

        Assert.True(answer.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task Unary_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers());
        var client = server.Client;

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => client.EchoAsync(new Note { Number = number }).ResponseAsync));

        Assert.Equal(Enumerable.Range(0, 500), answers.Select(answer => answer.Number));
    }

    [Fact]
    public async Task ClientStreaming_SeesEveryRequest()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Gather = async (requests, _) =>
            {
                var sum = 0;
                while (await requests.MoveNext())
                {
                    sum += requests.Current.Number;
                }

                return new Note { Number = sum };
            },
        });

        using var call = server.Client.Gather();
        for (var number = 1; number <= 100; number++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = number });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(5050, (await call).Number);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_BringsEveryResponseInOrder()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Scatter = async (request, responses, context) =>
            {
                for (var number = 0; number < request.Number; number++)
                {
                    await responses.WriteAsync(new Note { Number = number }, context.CancellationToken);
                }
            },
        });

        using var call = server.Client.Scatter(new Note { Number = 100 });
        var numbers = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).Select(note => note.Number).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 100), numbers);
    }

    [Fact]
    public async Task Duplex_AnswersEachRequestBeforeTheNext()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers { Chat = EchoAllAsync });

        using var call = server.Client.Chat();
        for (var number = 0; number < 50; number++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = number });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(number, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Duplex_TenThousandEachWay_ArriveInOrder()
    {
        const int count = 10_000;
        var payload = UnsafeByteOperations.UnsafeWrap(new byte[1024]);
        await using var server = await ProbeServer.StartAsync(new Handlers { Chat = EchoAllAsync });

        using var call = server.Client.Chat();
        var writing = WriteAllAsync();
        var next = 0;
        await foreach (var note in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(next++, note.Number);
            Assert.Equal(1024, note.Payload.Length);
        }

        await writing;
        Assert.Equal(count, next);

        async Task WriteAllAsync()
        {
            for (var number = 0; number < count; number++)
            {
                await call.RequestStream.WriteAsync(new Note { Number = number, Payload = payload });
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task ServerStreaming_ReaderThatWaits_HoldsTheWriterBack()
    {
        // More than any window on the way can hold, so the server cannot be done while the client has read one message.
        const int count = 10_000;
        var written = 0;
        var payload = UnsafeByteOperations.UnsafeWrap(new byte[8 * 1024]);
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Scatter = async (_, responses, _) =>
            {
                for (var number = 0; number < count; number++)
                {
                    await responses.WriteAsync(new Note { Number = number, Payload = payload });
                    Volatile.Write(ref written, number + 1);
                }
            },
        });

        using var call = server.Client.Scatter(new Note());
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.InRange(Volatile.Read(ref written), 0, count - 1);

        var read = 1;
        while (await call.ResponseStream.MoveNext())
        {
            Assert.Equal(read++, call.ResponseStream.Current.Number);
        }

        Assert.Equal(count, read);
        Assert.Equal(count, written);
    }

    private static async Task EchoAllAsync(IAsyncStreamReader<Note> requests, IServerStreamWriter<Note> responses, ServerCallContext context)
    {
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            await responses.WriteAsync(request);
        }
    }
}

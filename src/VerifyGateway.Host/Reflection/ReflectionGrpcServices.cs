using Google.Protobuf;
using Grpc.Core;
using Alpha = Grpc.Reflection.V1Alpha;
using Standard = Grpc.Reflection.V1;

namespace VerifyGateway.Host.Reflection;

/// <summary>The standard reflection service, version 1.</summary>
public sealed class ReflectionGrpcService(DescriptorAnswers answers) : Standard.ServerReflection.ServerReflectionBase
{
    /// <inheritdoc />
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<Standard.ServerReflectionRequest> requestStream, IServerStreamWriter<Standard.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(answers.Answer(requestStream.Current), context.CancellationToken);
        }
    }
}

/// <summary>The same under its older name: the messages of the two are equal byte for byte.</summary>
public sealed class AlphaReflectionGrpcService(DescriptorAnswers answers) : Alpha.ServerReflection.ServerReflectionBase
{
    /// <inheritdoc />
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream, IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = answers.Answer(Standard.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
            await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()), context.CancellationToken);
        }
    }
}

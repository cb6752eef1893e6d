using Google.Protobuf;
using Grpc.Core;
using VerifyGateway.Server.Rpc;
using Alpha = Grpc.Reflection.V1Alpha;
using Standard = Grpc.Reflection.V1;

namespace VerifyGateway.Host.Reflection;

/// <summary>The standard reflection service, version 1.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(ReflectionGrpcService), nameof(BindService))]
public class ReflectionGrpcService(DescriptorAnswers answers)
{
    /// <summary>Binds the method with a request parser that names the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, ReflectionGrpcService? _) =>
        Standard.ServerReflection.BindService(new CheckedBinder(binder), null);

    /// <summary>Answers each question in its turn.</summary>
    public virtual async Task ServerReflectionInfo(
        IAsyncStreamReader<Standard.ServerReflectionRequest> requestStream, IServerStreamWriter<Standard.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(answers.Answer(requestStream.Current), context.CancellationToken);
        }
    }
}

/// <summary>The same under its older name: the messages of the two are equal byte for byte.</summary>
[BindServiceMethod(typeof(AlphaReflectionGrpcService), nameof(BindService))]
public class AlphaReflectionGrpcService(DescriptorAnswers answers)
{
    /// <summary>Binds the method with a request parser that names the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, AlphaReflectionGrpcService? _) =>
        Alpha.ServerReflection.BindService(new CheckedBinder(binder), null);

    /// <summary>Answers each question in its turn.</summary>
    public virtual async Task ServerReflectionInfo(
        IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream, IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = answers.Answer(Standard.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
            await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()), context.CancellationToken);
        }
    }
}

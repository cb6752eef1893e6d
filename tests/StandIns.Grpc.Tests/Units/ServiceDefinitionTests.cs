using Grpc.Core;
using GrpcStandIns.Tests.Live;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Units;

public class ServiceDefinitionTests
{
    [Fact]
    public void Generated_Definition_TellsABinderEveryMethod()
    {
        var binder = new Names();
        Probe.BindService(new ProbeService(new Handlers())).BindService(binder);
        Assert.Equal(["Unary Echo", "ClientStreaming Gather", "ServerStreaming Scatter", "DuplexStreaming Chat"], binder.Seen);
    }

    [Fact]
    public void Generated_BindMethod_TellsABinderEveryMethodWithoutAService()
    {
        var binder = new Names();
        Probe.BindService(binder, null!);
        Assert.Equal(4, binder.Seen.Count);
    }

    [Fact]
    public void Generated_Attribute_NamesTheBindMethod()
    {
        var attribute = (BindServiceMethodAttribute)Assert.Single(typeof(Probe.ProbeBase).GetCustomAttributes(typeof(BindServiceMethodAttribute), true));
        Assert.Equal((typeof(Probe), "BindService"), (attribute.BindType, attribute.BindMethodName));
    }

    [Fact]
    public void Builder_SameMethodTwice_IsRefused()
    {
        var method = new Method<string, string>(MethodType.Unary, "pkg.Service", "Do", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, (UnaryServerMethod<string, string>)((text, _) => Task.FromResult(text)));
        Assert.Throws<ArgumentException>(() => builder.AddMethod(method, (UnaryServerMethod<string, string>)((text, _) => Task.FromResult(text))));
    }

    [Fact]
    public void Binder_WhereNothingIsOverridden_TakesNoMethod()
    {
        var text = Marshallers.StringMarshaller;
        var binder = new ServiceBinderBase();
        MarshallerTests.AssertNotOffered(() => binder.AddMethod(new(MethodType.Unary, "s", "m", text, text), (UnaryServerMethod<string, string>?)null));
        MarshallerTests.AssertNotOffered(() => binder.AddMethod(new(MethodType.ClientStreaming, "s", "m", text, text), (ClientStreamingServerMethod<string, string>?)null));
        MarshallerTests.AssertNotOffered(() => binder.AddMethod(new(MethodType.ServerStreaming, "s", "m", text, text), (ServerStreamingServerMethod<string, string>?)null));
        MarshallerTests.AssertNotOffered(() => binder.AddMethod(new(MethodType.DuplexStreaming, "s", "m", text, text), (DuplexStreamingServerMethod<string, string>?)null));
    }

    private sealed class Names : ServiceBinderBase
    {
        internal List<string> Seen { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Seen.Add($"{method.Type} {method.Name}");

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Seen.Add($"{method.Type} {method.Name}");

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Seen.Add($"{method.Type} {method.Name}");

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Seen.Add($"{method.Type} {method.Name}");
    }
}

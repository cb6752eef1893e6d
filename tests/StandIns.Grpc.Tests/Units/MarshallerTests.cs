using System.Buffers;
using System.Text;
using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class MarshallerTests
{
    [Fact]
    public void MadeFromArrays_WorksOnContextsToo()
    {
        var marshaller = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
        var context = new ArrayContext();

        marshaller.ContextualSerializer("grüße", context);

        Assert.Equal("grüße", marshaller.ContextualDeserializer(new Payload(context.Completed!)));
        Assert.Equal("grüße", marshaller.Deserializer(marshaller.Serializer("grüße")));
    }

    [Fact]
    public void MadeFromContexts_WorksOnContexts()
    {
        var marshaller = Marshallers.Create<string>(
            (text, context) =>
            {
                context.SetPayloadLength(text.Length);
                Encoding.ASCII.GetBytes(text, context.GetBufferWriter());
                context.Complete();
            },
            context => Encoding.ASCII.GetString(context.PayloadAsReadOnlySequence()));
        var context = new BufferContext();

        marshaller.ContextualSerializer("hello", context);

        Assert.Equal((5, true), (context.Length, context.IsComplete));
        Assert.Equal("hello", marshaller.ContextualDeserializer(new Payload(context.Writer.WrittenSpan.ToArray())));
        AssertNotOffered(() => marshaller.Serializer("hello"));
        AssertNotOffered(() => marshaller.Deserializer([1]));
    }

    [Fact]
    public void StringMarshaller_IsUtf8() =>
        Assert.Equal("ü"u8.ToArray(), Marshallers.StringMarshaller.Serializer("ü"));

    [Fact]
    public void Nulls_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Marshaller<string>(null!, (byte[] _) => ""));
        Assert.Throws<ArgumentNullException>(() => new Marshaller<string>((_, _) => { }, null!));
    }

    [Fact]
    public void Contexts_WhereNothingIsOverridden_OfferNothing()
    {
        var serialization = new BareSerialization();
        serialization.SetPayloadLength(7);
        AssertNotOffered(() => serialization.Complete());
        AssertNotOffered(() => serialization.Complete([1]));
        AssertNotOffered(() => serialization.GetBufferWriter());

        var deserialization = new BareDeserialization();
        AssertNotOffered(() => deserialization.PayloadAsNewBuffer());
        AssertNotOffered(() => deserialization.PayloadAsReadOnlySequence());
    }

    [Fact]
    public void Method_KnowsItsPathAndItsParts()
    {
        var text = Marshallers.StringMarshaller;
        var number = Marshallers.Create(BitConverter.GetBytes, bytes => BitConverter.ToInt32(bytes));
        var method = new Method<string, int>(MethodType.ServerStreaming, "pkg.Service", "Do", text, number);

        Assert.Equal("/pkg.Service/Do", method.FullName);
        Assert.Equal((MethodType.ServerStreaming, "pkg.Service", "Do"), (method.Type, method.ServiceName, method.Name));
        Assert.Same(text, method.RequestMarshaller);
        Assert.Same(number, method.ResponseMarshaller);
        Assert.Equal(method.FullName, ((IMethod)method).FullName);
        Assert.Throws<ArgumentNullException>(() => new Method<string, string>(MethodType.Unary, null!, "Do", text, text));
    }

    // The package says it with one exception type and the stand-in with another.
    internal static void AssertNotOffered(Action use)
    {
        var failure = Record.Exception(use);
        Assert.True(failure is NotSupportedException || failure?.GetType().Name.StartsWith("NotImpl", StringComparison.Ordinal) == true, $"{failure?.GetType()}");
    }

    private sealed class ArrayContext : SerializationContext
    {
        internal byte[]? Completed { get; private set; }

        public override void Complete(byte[] payload) => Completed = payload;
    }

    private sealed class BufferContext : SerializationContext
    {
        internal ArrayBufferWriter<byte> Writer { get; } = new();

        internal int Length { get; private set; }

        internal bool IsComplete { get; private set; }

        public override IBufferWriter<byte> GetBufferWriter() => Writer;

        public override void SetPayloadLength(int payloadLength) => Length = payloadLength;

        public override void Complete() => IsComplete = true;
    }

    private sealed class Payload(byte[] bytes) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override byte[] PayloadAsNewBuffer() => [.. bytes];

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
    }

    private sealed class BareSerialization : SerializationContext;

    private sealed class BareDeserialization : DeserializationContext
    {
        public override int PayloadLength => 0;
    }
}

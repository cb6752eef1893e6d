using System.Reflection;
using System.Reflection.Emit;

namespace GrpcStandIns.Tests.Surface;

/// <summary>The surface tests can fail: a library with known faults is found out, and only its faults are reported.</summary>
public class SurfaceControlTests
{
    private const string Options = "[Grpc.Core.Api]Grpc.Core.WriteOptions";
    private const string Key = "[Grpc.Core.Api]Grpc.Core.BindServiceMethodAttribute";
    private const string Channel = "[Grpc.Core.Api]Grpc.Core.ChannelBase";

    private readonly List<string> _unresolved;

    public SurfaceControlTests()
    {
        using var offered = new OfferedSurface(FaultyCoreApi());
        _unresolved = [.. offered.Unresolved(Libraries.WantedBy(Libraries.Server)), .. offered.Unresolved(Libraries.WantedBy(Libraries.Client))];
    }

    [Fact]
    public void MissingType_IsReported() =>
        Assert.Contains("no type [Grpc.Core.Api]Grpc.Core.RpcException", _unresolved);

    [Fact]
    public void InternalType_IsReported() =>
        Assert.Contains("no type [Grpc.Core.Api]Grpc.Core.CallInvoker", _unresolved);

    [Fact]
    public void MissingMember_IsReported() =>
        Assert.Contains($"no member {Key}::get_BindMethodName instance String()", _unresolved);

    [Fact]
    public void MemberOfAnotherType_IsReported() =>
        Assert.Contains(
            $"no member {Options}::get_Flags instance valuetype [Grpc.Core.Api]Grpc.Core.WriteFlags(); there is instance Int32()",
            _unresolved);

    [Fact]
    public void StaticMemberInPlaceOfInstanceMember_IsReported() =>
        Assert.Contains($"no member {Key}::get_BindType instance System.Type(); there is static System.Type()", _unresolved);

    [Fact]
    public void PrivateMember_IsReported() =>
        Assert.Contains("no member [Grpc.Core.Api]Grpc.Core.SerializationContext::.ctor instance Void()", _unresolved);

    [Fact]
    public void MemberThatIsRight_IsNotReported()
    {
        Assert.Contains(Libraries.WantedBy(Libraries.Client).Members, member => member is { Type: Channel, Name: ".ctor" });
        Assert.DoesNotContain(_unresolved, line => line.Contains($" {Channel}", StringComparison.Ordinal));
    }

    [Fact]
    public void InheritedMember_Resolves()
    {
        using var offered = Libraries.Offered();
        var inherited = new WantedMember("[Grpc.Core.Api]Grpc.Core.ClientBase`1", "get_CallInvoker", "instance [Grpc.Core.Api]Grpc.Core.CallInvoker()");
        Assert.Empty(offered.Unresolved(new WantedSurface(new HashSet<string>(), new HashSet<WantedMember> { inherited })));
    }

    private static MemoryStream FaultyCoreApi()
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Grpc.Core.Api"), typeof(object).Assembly);
        var module = assembly.DefineDynamicModule("Grpc.Core.Api");
        const TypeAttributes open = TypeAttributes.Public | TypeAttributes.Class;

        Define(module, "WriteOptions", open, type => Getter(type, "get_Flags", typeof(int), isStatic: false));
        Define(module, "BindServiceMethodAttribute", open, type => Getter(type, "get_BindType", typeof(Type), isStatic: true));
        Define(module, "ChannelBase", open, type => Constructor(type, MethodAttributes.Family, typeof(string)));
        Define(module, "SerializationContext", open, type => Constructor(type, MethodAttributes.Private));
        Define(module, "CallInvoker", TypeAttributes.NotPublic | TypeAttributes.Class, _ => { });

        var image = new MemoryStream();
        assembly.Save(image);
        image.Position = 0;
        return image;
    }

    private static void Define(ModuleBuilder module, string name, TypeAttributes attributes, Action<TypeBuilder> members)
    {
        var type = module.DefineType($"Grpc.Core.{name}", attributes, typeof(object));
        members(type);
        type.CreateType();
    }

    private static void Getter(TypeBuilder type, string name, Type result, bool isStatic)
    {
        var attributes = MethodAttributes.Public | (isStatic ? MethodAttributes.Static : 0);
        End(type.DefineMethod(name, attributes, result, []).GetILGenerator());
    }

    private static void Constructor(TypeBuilder type, MethodAttributes access, params Type[] parameters) =>
        End(type.DefineConstructor(access, CallingConventions.Standard, parameters).GetILGenerator());

    private static void End(ILGenerator body)
    {
        body.Emit(OpCodes.Ldnull);
        body.Emit(OpCodes.Throw);
    }
}

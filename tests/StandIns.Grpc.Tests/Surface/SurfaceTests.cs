using System.Reflection;

namespace GrpcStandIns.Tests.Surface;

/// <summary>
/// A member that a binary refers to and nobody defines shows only when the code that uses it first runs. These tests show it at once.
/// </summary>
public class SurfaceTests
{
    [Fact]
    public void Server_AllItRefersTo_IsThere() => AssertResolves(Libraries.Server, atLeastTypes: 30, atLeastMembers: 60);

    [Fact]
    public void Client_AllItRefersTo_IsThere() => AssertResolves(Libraries.Client, atLeastTypes: 30, atLeastMembers: 60);

    [Fact]
    public void GeneratedCode_AllItRefersTo_IsThere()
    {
        var wanted = AssertResolves(typeof(Protocol.Probe).Assembly, atLeastTypes: 30, atLeastMembers: 30);

        // The parts of the surface that only generated code touches are among what was looked at.
        string[] generated =
        [
            "[Grpc.Core.Api]Grpc.Core.Marshallers::Create",
            "[Grpc.Core.Api]Grpc.Core.Method`2::.ctor",
            "[Grpc.Core.Api]Grpc.Core.ClientBase`1::.ctor",
            "[Grpc.Core.Api]Grpc.Core.ClientBase::get_CallInvoker",
            "[Grpc.Core.Api]Grpc.Core.ServerServiceDefinition+Builder::AddMethod",
            "[Grpc.Core.Api]Grpc.Core.ServiceBinderBase::AddMethod",
            "[Grpc.Core.Api]Grpc.Core.BindServiceMethodAttribute::.ctor",
            "[Grpc.Core.Api]Grpc.Core.SerializationContext::SetPayloadLength",
            "[Grpc.Core.Api]Grpc.Core.DeserializationContext::PayloadAsReadOnlySequence",
        ];
        Assert.Subset(wanted.Members.Select(member => $"{member.Type}::{member.Name}").ToHashSet(), generated.ToHashSet());
    }

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void Library_ByIdentity_IsThePackageThatOthersBindTo(string name)
    {
        var library = name == "Grpc.Core.Api" ? Libraries.CoreApi : Libraries.NetCommon;
        Assert.Equal($"{name}, Version=2.0.0.0, Culture=neutral, PublicKeyToken=d754f35622e28bad", library.FullName);

        foreach (var user in new[] { Libraries.Server, Libraries.Client })
        {
            var reference = Assert.Single(user.GetReferencedAssemblies(), assembly => assembly.Name == name);
            Assert.Equal(library.FullName, reference.FullName);
        }
    }

    /// <summary>An abstract member that nobody implements stops the runtime from loading the type.</summary>
    [Fact]
    public void ServerAndClient_EveryType_Loads()
    {
        foreach (var user in new[] { Libraries.Server, Libraries.Client })
        {
            Assert.NotEmpty(user.GetTypes());
        }
    }

    /// <summary>An override is no reference: where the member it overrides is missing, the runtime silently makes it a new one.</summary>
    [Fact]
    public void ServerAndClient_EveryOverride_OverridesSomething()
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var overrides = new[] { Libraries.Server, Libraries.Client }
            .SelectMany(user => user.GetTypes())
            .SelectMany(type => type.GetMethods(own))
            .Where(method => method.IsVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot))
            .ToList();

        Assert.True(overrides.Count(method => Libraries.CoreApi == method.GetBaseDefinition().DeclaringType?.Assembly) > 30);
        Assert.DoesNotContain(overrides, method => method.GetBaseDefinition().DeclaringType == method.DeclaringType);
    }

    private static WantedSurface AssertResolves(Assembly user, int atLeastTypes, int atLeastMembers)
    {
        var wanted = Libraries.WantedBy(user);
        using var offered = Libraries.Offered();

        Assert.Empty(offered.Unresolved(wanted));
        Assert.True(wanted.Types.Count >= atLeastTypes, $"only {wanted.Types.Count} types were looked at");
        Assert.True(wanted.Members.Count >= atLeastMembers, $"only {wanted.Members.Count} members were looked at");
        return wanted;
    }
}

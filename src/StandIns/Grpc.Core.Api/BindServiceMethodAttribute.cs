using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Says where the generated method is that lists the methods of a service.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = true)]
public class BindServiceMethodAttribute : Attribute
{
    private const DynamicallyAccessedMemberTypes Kept =
        DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>Names the type and the method.</summary>
    /// <param name="bindType">The type that holds the method.</param>
    /// <param name="bindMethodName">The name of the method.</param>
    public BindServiceMethodAttribute([DynamicallyAccessedMembers(Kept)] Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>The type that holds the method.</summary>
    [DynamicallyAccessedMembers(Kept)]
    public Type BindType { get; }

    /// <summary>The name of the method.</summary>
    public string BindMethodName { get; }
}

namespace Grpc.Core;

/// <summary>A method of a service, whatever the types of its messages.</summary>
public interface IMethod
{
    /// <summary>The kind of method.</summary>
    MethodType Type { get; }

    /// <summary>The full name of the service.</summary>
    string ServiceName { get; }

    /// <summary>The name of the method within the service.</summary>
    string Name { get; }

    /// <summary>The path on the wire: both names, a slash before each.</summary>
    string FullName { get; }
}

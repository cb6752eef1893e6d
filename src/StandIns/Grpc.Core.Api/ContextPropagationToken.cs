namespace Grpc.Core;

/// <summary>Stands for a call at the server when further calls are made for it.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

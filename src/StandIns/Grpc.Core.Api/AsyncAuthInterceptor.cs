namespace Grpc.Core;

/// <summary>Adds credentials to the headers of a call that is about to start.</summary>
/// <param name="context">What is known about the call.</param>
/// <param name="metadata">The headers; entries added here are sent.</param>
/// <returns>A task that ends when the headers are complete.</returns>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

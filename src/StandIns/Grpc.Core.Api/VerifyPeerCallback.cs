namespace Grpc.Core;

/// <summary>Decides whether a server whose certificate passed every other check is the right one.</summary>
/// <param name="context">The server.</param>
/// <returns>True to go on, false to end the connection.</returns>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);

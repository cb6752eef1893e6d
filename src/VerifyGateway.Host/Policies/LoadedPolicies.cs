using System.Security.Cryptography;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Host.Settings;

namespace VerifyGateway.Host.Policies;

/// <summary>The policies at start.</summary>
/// <param name="Snapshot">The snapshot to begin with.</param>
/// <param name="Hash">SHA-256 of the file that it was read from; empty when there is none.</param>
internal sealed record LoadedPolicies(PolicySnapshot Snapshot, byte[] Hash)
{
    /// <summary>Reads the file; without one every setting has its default.</summary>
    /// <exception cref="SettingsException">The file is not there or has errors; the message names all of them with their places.</exception>
    public static LoadedPolicies Read(PolicyOptions options)
    {
        if (options.File.Length == 0)
        {
            return new LoadedPolicies(PolicySnapshot.Default, []);
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(options.File);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The gateway did not start: the policy file {options.File} (Policies:File) cannot be read: {refused.Message}");
        }

        return PolicyFile.TryLoad(bytes, out var snapshot, out var errors)
            ? new LoadedPolicies(snapshot, SHA256.HashData(bytes))
            : throw new SettingsException($"The gateway did not start: the policy file {options.File} has errors; correct them, and look with 'vgctl policy check'.\n{string.Join('\n', errors.Select(error => "  " + error))}");
    }
}

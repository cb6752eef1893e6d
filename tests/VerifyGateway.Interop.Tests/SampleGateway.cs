using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>A gateway over the sample seed, as it comes, and the scripts to call it.</summary>
public sealed class SampleGateway : IAsyncLifetime
{
    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The scripts.</summary>
    internal PythonScripts Python { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Python = await PythonScripts.PrepareAsync();
        Gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Gateway?.Dispose();
        Python?.Dispose();
        return ValueTask.CompletedTask;
    }
}

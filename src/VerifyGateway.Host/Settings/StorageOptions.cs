namespace VerifyGateway.Host.Settings;

/// <summary>The system of record. Who turns them: whoever deploys the gateway.</summary>
public sealed class StorageOptions
{
    /// <summary>The SQLite file; its folder is made when it is missing. Relative to the working folder.</summary>
    public string Path { get; set; } = "data/verify-gateway.db";

    /// <summary>A file of records to load at start (NDJSON, see docs/fleet-format.md); empty for none. Loading it again changes nothing.</summary>
    public string SeedFile { get; set; } = "";
}

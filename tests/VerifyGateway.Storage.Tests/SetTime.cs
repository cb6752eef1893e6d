namespace VerifyGateway.Storage.Tests;

/// <summary>A clock that stands where it is set, Unix milliseconds.</summary>
internal sealed class SetTime(long unixMs) : TimeProvider
{
    public long UnixMs { get; set; } = unixMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);
}

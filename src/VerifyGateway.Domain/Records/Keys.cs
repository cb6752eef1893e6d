using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Records;

/// <summary>Names a terminal record.</summary>
/// <param name="Acquirer">The acquirer whose terminal it is.</param>
/// <param name="Sn">The terminal's serial number.</param>
public readonly record struct TerminalKey(AcquirerId Acquirer, TerminalSn Sn);

/// <summary>Names a merchant record.</summary>
/// <param name="Acquirer">The acquirer whose merchant it is.</param>
/// <param name="No">The merchant number.</param>
public readonly record struct MerchantKey(AcquirerId Acquirer, MerchantNo No);

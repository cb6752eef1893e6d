using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>One status check, its fields known to be well formed.</summary>
/// <param name="Acquirer">Acquiring institution (DE32).</param>
/// <param name="Sn">Serial number of the terminal (TUSN).</param>
/// <param name="TerminalNo">Terminal number (DE41).</param>
/// <param name="MerchantNo">Merchant number (DE42).</param>
/// <param name="Kind">What the terminal is about to send.</param>
public readonly record struct StatusQuery(AcquirerId Acquirer, TerminalSn Sn, TerminalNo TerminalNo, MerchantNo MerchantNo, TransactionKind Kind)
{
    /// <summary>The terminal record that the check needs.</summary>
    public TerminalKey TerminalKey => new(Acquirer, Sn);

    /// <summary>The merchant record that the check needs.</summary>
    public MerchantKey MerchantKey => new(Acquirer, MerchantNo);
}

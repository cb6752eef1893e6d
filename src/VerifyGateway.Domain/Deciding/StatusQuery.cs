using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
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
    /// <summary>Numeric code of the yuan (ISO 4217).</summary>
    public const int Yuan = 156;

    /// <summary>Amount in minor units of the currency, 0 or more.</summary>
    public long AmountMinor { get; init; }

    /// <summary>Currency, ISO 4217 numeric; 0 means 156 (CNY).</summary>
    public int Currency { get; init; }

    private readonly TerminalPlace _place;
    private readonly Payer _payer;

    /// <summary>Where the terminal says it is.</summary>
    public TerminalPlace Place { get => _place; init => _place = value; }

    /// <summary>Version of the terminal's program.</summary>
    public AppVersion AppVersion { get; init; }

    /// <summary>Whether the cryptographic proof of the serial number is right; null when it was not looked at.</summary>
    public bool? SnProof { get; init; }

    /// <summary>Day, in China's zone, of the transactions that a batch settles; null when not stated.</summary>
    public DateOnly? TransactionsOf { get; init; }

    /// <summary>Who pays.</summary>
    public Payer Payer { get => _payer; init => _payer = value; }

    /// <summary>True when the amount is in yuan, so that it can be compared with limits.</summary>
    public bool IsInYuan => Currency is 0 or Yuan;

    /// <summary>Who pays, without a copy of it all.</summary>
    [UnscopedRef]
    internal ref readonly Payer PayerInPlace => ref _payer;

    /// <summary>Where the terminal says it is, without a copy of it all.</summary>
    [UnscopedRef]
    internal ref readonly TerminalPlace PlaceInPlace => ref _place;

    /// <summary>The terminal record that the check needs.</summary>
    public TerminalKey TerminalKey => new(Acquirer, Sn);

    /// <summary>The merchant record that the check needs.</summary>
    public MerchantKey MerchantKey => new(Acquirer, MerchantNo);
}

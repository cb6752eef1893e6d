namespace VerifyGateway.Domain.Deciding;

/// <summary>What the terminal is about to send. Numbers are those on the wire.</summary>
public enum TransactionKind : byte
{
    /// <summary>Purchase, by card or code.</summary>
    Sale = 1,
    /// <summary>Pre-authorisation.</summary>
    PreAuth = 2,
    /// <summary>Completion of an earlier pre-authorisation.</summary>
    PreAuthCompletion = 3,
    /// <summary>Refund of an earlier sale.</summary>
    Refund = 4,
    /// <summary>Same-day void.</summary>
    Void = 5,
    /// <summary>Reversal (ISO 8583 message type 0400): never stopped by the state of merchant or identity.</summary>
    Reversal = 6,
    /// <summary>Balance or status enquiry.</summary>
    Balance = 7,
    /// <summary>Sign-in, download of parameters and keys.</summary>
    SignIn = 8,
    /// <summary>Batch settlement and upload of earlier offline sales.</summary>
    BatchSettlement = 9,
    /// <summary>Payout of settled funds to the merchant (T+1 结算划款).</summary>
    SettlementPayout = 10,
    /// <summary>Top-up of an account or a prepaid card.</summary>
    TopUp = 11,
}

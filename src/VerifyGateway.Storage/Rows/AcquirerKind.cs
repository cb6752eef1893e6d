namespace VerifyGateway.Storage.Rows;

/// <summary>What kind of institution an acquirer is. Numbers are stored.</summary>
public enum AcquirerKind : byte
{
    /// <summary>A bank.</summary>
    Bank = 1,
    /// <summary>A licensed payment institution (非银行支付机构).</summary>
    PaymentInstitution = 2,
}

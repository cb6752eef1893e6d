using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>Requests about the terminals of the sample seed.</summary>
internal static class Sample
{
    public const string Acquirer = "01020000";

    public const string Merchant = "898440300000001";

    /// <summary>A check that is allowed.</summary>
    public static CheckStatusRequest Good() => Check("0001", Merchant);

    /// <summary>A check of the terminal with that number in the sample.</summary>
    public static CheckStatusRequest Check(string number, string merchantNo) => new()
    {
        CorrelationId = "interop-" + number,
        AcquirerId = Acquirer,
        TerminalSn = "000057022801TEST" + number,
        TerminalNo = "T000" + number,
        MerchantNo = merchantNo,
        TransactionKind = TransactionKind.Sale,
    };
}

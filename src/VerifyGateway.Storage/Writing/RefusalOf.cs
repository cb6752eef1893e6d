namespace VerifyGateway.Storage.Writing;

/// <summary>The refusals that both the rules of the store and those of the databases can give.</summary>
internal static class RefusalOf
{
    public static WriteRefusedException LiveSn(Exception? cause = null) =>
        new("STORE_SN_LIVE", "The device of this serial number has a live binding already; end that binding first.", cause);

    public static WriteRefusedException LiveNumbers(Exception? cause = null) =>
        new("STORE_NUMBERS_LIVE", "Another live terminal of the merchant has this terminal number; end its binding first.", cause);

    public static WriteRefusedException MissingReference(Exception? cause = null) =>
        new("STORE_REFERENCE", "The identity, card, merchant or terminal that the row refers to is not in the store.", cause);

    public static WriteRefusedException OpenMatter(Exception? cause = null) =>
        new("STORE_MATTER_OPEN", "The identity or merchant has a case or deregistration under way already, or the deregistration a receipt; end or look at that one.", cause);

    public static WriteRefusedException FinalReceipt(Exception? cause = null) =>
        new("STORE_RECEIPT_FINAL", "A receipt is written once and never changes.", cause);

    public static WriteRefusedException Check(string rule, Exception? cause = null) =>
        new("STORE_CHECK", $"The row breaks a rule of the store: {rule}.", cause);
}

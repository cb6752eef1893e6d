namespace VerifyGateway.Domain.Deciding;

/// <summary>Class of a payer's card. Numbers are those on the wire.</summary>
public enum CardClass : byte
{
    /// <summary>Debit card.</summary>
    Debit = 1,
    /// <summary>Credit card.</summary>
    Credit = 2,
    /// <summary>Semi-credit card (准贷记卡).</summary>
    SemiCredit = 3,
    /// <summary>Prepaid card.</summary>
    Prepaid = 4,
}

/// <summary>Kind of the collection code that a payment uses (收款码). Numbers are those on the wire.</summary>
public enum CodeKind : byte
{
    /// <summary>A printed or otherwise unchanging code.</summary>
    Static = 1,
    /// <summary>A code made for one payment or a short time.</summary>
    Dynamic = 2,
}

/// <summary>How a payment is authenticated (银发〔2017〕296号). Numbers are those on the wire.</summary>
public enum AuthGrade : byte
{
    /// <summary>Two factors or more, one of them a certificate or electronic signature.</summary>
    A = 1,
    /// <summary>Two factors or more, without one.</summary>
    B = 2,
    /// <summary>Fewer than two factors.</summary>
    C = 3,
}

/// <summary>What the caller knows of the payer's real name. Numbers are those on the wire.</summary>
public enum PayerCheck : byte
{
    /// <summary>The payer is verified.</summary>
    Verified = 1,
    /// <summary>The payer has no real-name verification.</summary>
    NotVerified = 2,
    /// <summary>The payer is not who the card belongs to.</summary>
    Mismatch = 3,
}

/// <summary>What the caller knows of the payer's card. Numbers are those on the wire.</summary>
public enum CardCheck : byte
{
    /// <summary>The card can be used.</summary>
    Usable = 1,
    /// <summary>This kind of card is not accepted here.</summary>
    NotSupported = 2,
    /// <summary>The number is not one of a card.</summary>
    Invalid = 3,
}

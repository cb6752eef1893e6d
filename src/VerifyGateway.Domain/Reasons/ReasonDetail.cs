namespace VerifyGateway.Domain.Reasons;

/// <summary>
/// The finer grain of a reason: which of its causes it is. Numbers are those on the wire; 1 to 49 come from a verification case,
/// 50 and more from the decision itself.
/// </summary>
public enum ReasonDetail : byte
{
    /// <summary>Name and document number do not belong together.</summary>
    NameIdMismatch = 1,
    /// <summary>The register knows no such document number.</summary>
    IdNotFound = 2,
    /// <summary>The document number breaks a rule of its form.</summary>
    IdNumberInvalid = 3,
    /// <summary>The name cannot be one.</summary>
    NameInvalid = 4,
    /// <summary>The phone number breaks a rule of its form.</summary>
    PhoneInvalid = 5,
    /// <summary>The phone number is not registered to the holder.</summary>
    PhoneMismatch = 6,
    /// <summary>Several identities use the phone number (银发〔2016〕261号).</summary>
    PhoneShared = 7,
    /// <summary>The bank knows another phone number for the card.</summary>
    PhoneNotReservedAtBank = 8,
    /// <summary>The settlement card's number breaks a rule of its form.</summary>
    CardNumberInvalid = 9,
    /// <summary>The settlement card belongs to somebody else.</summary>
    CardHolderMismatch = 10,
    /// <summary>No issuer is known for the settlement card.</summary>
    CardNoIssuer = 11,
    /// <summary>The settlement card is reported lost.</summary>
    CardLost = 12,
    /// <summary>The settlement card has expired.</summary>
    CardExpired = 13,
    /// <summary>The settlement card is dormant or not initialised.</summary>
    CardDormant = 14,
    /// <summary>The issuer wants the settlement card withdrawn.</summary>
    CardCaptured = 15,
    /// <summary>The issuer suspects fraud with the settlement card.</summary>
    CardFraud = 16,
    /// <summary>The settlement card is restricted.</summary>
    CardRestricted = 17,
    /// <summary>The settlement card is in a state that the issuer does not name.</summary>
    CardStatusAbnormal = 18,
    /// <summary>The PIN of the settlement card was entered wrongly too often.</summary>
    CardPinTriesExceeded = 19,
    /// <summary>The settlement card is not enabled for payment without the card, which the check needs.</summary>
    CardCnpDisabled = 20,
    /// <summary>Cards of this type cannot be settlement cards.</summary>
    CardTypeUnsupported = 21,
    /// <summary>Expiry date or CVN2 is wrong.</summary>
    CardCredentialWrong = 22,
    /// <summary>The issuer does not answer this kind of check.</summary>
    IssuerUnsupported = 23,
    /// <summary>The issuer refused the check.</summary>
    IssuerRefused = 24,
    /// <summary>The source of the check is busy; does not count as a try.</summary>
    SourceBusy = 25,
    /// <summary>The source of the check has no record.</summary>
    SourceNoRecord = 26,
    /// <summary>The tries of the day for this card or document are used up.</summary>
    TryLimitDay = 27,
    /// <summary>Documents of this type are not accepted.</summary>
    DocTypeUnsupported = 28,
    /// <summary>The document that was sent has expired.</summary>
    DocExpired = 29,
    /// <summary>The picture of the document cannot be read by machine.</summary>
    DocImageUnclear = 30,
    /// <summary>The picture shows a copy.</summary>
    DocImageCopy = 31,
    /// <summary>The business licence has been revoked.</summary>
    LicenceRevoked = 32,
    /// <summary>Name and business licence do not belong together.</summary>
    LicenceNameMismatch = 33,
    /// <summary>The legal representative is not the one on the licence.</summary>
    LegalRepMismatch = 34,
    /// <summary>The address cannot be verified.</summary>
    AddressUnverifiable = 35,
    /// <summary>The subject is on a list; outwardly a case under review.</summary>
    Blacklisted = 36,
    /// <summary>The check that a live person is there failed.</summary>
    LivenessFailed = 37,
    /// <summary>The face is not that of the document; another way must be open.</summary>
    FaceMismatch = 38,
    /// <summary>The subject has not consented (个人信息保护法).</summary>
    ConsentMissing = 39,
    /// <summary>A person looks at the case.</summary>
    ManualReview = 40,
    /// <summary>The same account was entered in more than one place.</summary>
    DuplicateSubmission = 41,
    /// <summary>Balance payments since opening of a class I account (PBOC Announcement 2015 No. 43).</summary>
    ClassITotal = 50,
    /// <summary>Balance payments of the year of a class II account (PBOC Announcement 2015 No. 43).</summary>
    ClassIIYear = 51,
    /// <summary>Balance payments of the year of a class III account (PBOC Announcement 2015 No. 43).</summary>
    ClassIIIYear = 52,
    /// <summary>Balance payments of the day with weak authentication (PBOC Announcement 2015 No. 43).</summary>
    BalanceDay = 53,
    /// <summary>Payments of the day by static code (银发〔2017〕296号).</summary>
    StaticCode500 = 54,
    /// <summary>Code payments of the day with two factors and no certificate (银发〔2017〕296号).</summary>
    CodeGradeBDay = 55,
    /// <summary>Code payments of the day with fewer than two factors (银发〔2017〕296号).</summary>
    CodeGradeCDay = 56,
    /// <summary>A limit that a policy sets.</summary>
    PolicyLimit = 57,
    /// <summary>No transaction for three months (银发〔2019〕85号).</summary>
    Dormant3M = 60,
    /// <summary>No transaction within six months of opening (银发〔2016〕261号).</summary>
    Dormant6M = 61,
    /// <summary>No transaction for twelve months (银发〔2019〕85号).</summary>
    Dormant12M = 62,
    /// <summary>A policy asks for a newer verification.</summary>
    NewRule = 63,
    /// <summary>A hold of the system waits for its condition to be fulfilled.</summary>
    ConditionOpen = 64,
    /// <summary>A policy bars this class of card.</summary>
    CardClassRestricted = 70,
    /// <summary>A policy bars this kind of collection code (银发〔2021〕259号).</summary>
    CodeUseRestricted = 71,
    /// <summary>The deregistration that is under way can still be withdrawn.</summary>
    DeregCancellable = 72,
}

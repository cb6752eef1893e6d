namespace VerifyGateway.Domain.Records;

/// <summary>Whose real name is verified. Numbers are stored.</summary>
public enum SubjectKind : byte
{
    /// <summary>A natural person, by identity document.</summary>
    Person = 1,
    /// <summary>A sole trader (个体工商户), by business licence.</summary>
    SoleTrader = 2,
    /// <summary>An enterprise, by business licence.</summary>
    Enterprise = 3,
    /// <summary>A public institution or social organisation (事业单位, 社会组织), by its certificate.</summary>
    Institution = 4,
}

/// <summary>What kind of business a merchant is. Numbers are stored.</summary>
public enum MerchantKind : byte
{
    /// <summary>A micro-merchant (小微商户): a person without a business licence.</summary>
    Micro = 1,
    /// <summary>A sole trader (个体工商户).</summary>
    SoleTrader = 2,
    /// <summary>An enterprise.</summary>
    Enterprise = 3,
    /// <summary>A public institution or social organisation.</summary>
    Institution = 4,
    /// <summary>A branch of a chain.</summary>
    Chain = 5,
}

/// <summary>Class of the payment account behind a merchant (支付账户 I, II, III 类). Numbers are stored.</summary>
public enum AccountClass : byte
{
    /// <summary>Class I: one external channel.</summary>
    Class1 = 1,
    /// <summary>Class II: face to face, or three channels.</summary>
    Class2 = 2,
    /// <summary>Class III: face to face, or five channels.</summary>
    Class3 = 3,
}

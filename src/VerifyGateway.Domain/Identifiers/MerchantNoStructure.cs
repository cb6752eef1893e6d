namespace VerifyGateway.Domain.Identifiers;

/// <summary>The published structure of a merchant number that has digits only. Advisory: nothing checks that the acquirer keeps to it.</summary>
/// <param name="Acquirer">3 digits of the acquiring bank, for example 102; not an <see cref="AcquirerId"/>.</param>
/// <param name="Region">4 digits of UnionPay's own list of cities; not a <see cref="RegionCode"/>.</param>
/// <param name="Category">The merchant category code.</param>
/// <param name="Sequence">4 digits that the acquirer counts.</param>
public readonly record struct MerchantNoStructure(string Acquirer, string Region, CategoryCode Category, string Sequence);

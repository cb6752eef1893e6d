namespace VerifyGateway.Interop.Tests;

/// <summary>The tests that send bad input share one gateway and, one after the other, its one connection.</summary>
[CollectionDefinition("bad input")]
public class SharingBadInput : ICollectionFixture<BadInput.BadInputGateway>;

namespace VerifyGateway.Interop.Tests;

/// <summary>The tests that send bad input share one gateway and, one after the other, its one connection.</summary>
[CollectionDefinition("bad input")]
public class SharingBadInput : ICollectionFixture<BadInput.BadInputGateway>;

/// <summary>The tests whose calls are what the gateway is for share one gateway.</summary>
[CollectionDefinition("sample")]
public class SharingSample : ICollectionFixture<SampleGateway>;

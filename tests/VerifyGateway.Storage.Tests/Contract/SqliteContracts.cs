namespace VerifyGateway.Storage.Tests.Contract;

public sealed class SqliteFeedTests() : FeedContract(new SqliteFixture());

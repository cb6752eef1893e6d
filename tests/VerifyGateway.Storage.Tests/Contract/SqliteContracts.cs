namespace VerifyGateway.Storage.Tests.Contract;

public sealed class SqliteFeedTests() : FeedContract(new SqliteFixture());

public sealed class SqliteReadTests() : ReadContract(new SqliteFixture());

public sealed class SqlitePastTests() : PastContract(new SqliteFixture());

public sealed class SqliteWriteTests() : WriteContract(new SqliteFixture());

public sealed class SqliteRequestTests() : RequestContract(new SqliteFixture());

public sealed class SqliteAuditTests() : AuditContract(new SqliteFixture());

public sealed class SqliteListTests() : ListContract(new SqliteFixture());

public sealed class SqliteRulesTests() : RulesContract(new SqliteFixture());

public sealed class SqliteModelTests() : ModelContract(new SqliteFixture());

public sealed class SqliteDocumentTests() : DocumentContract(new SqliteFixture());

public sealed class SqliteInputTests() : InputContract(new SqliteFixture());

public sealed class SqliteFeedWritesTests() : FeedWritesContract(new SqliteFixture())
{
    protected override string Migration => Sqlite.Migrations.MigrationRunner.All.Single(step => step.Name == "feed_writes").Sql;
}

public sealed class SqliteCardHoldTests() : CardHoldContract(new SqliteFixture());

public sealed class SqliteHoldTests() : HoldContract(new SqliteFixture());

public sealed class SqliteHoldListTests() : HoldListContract(new SqliteFixture());

public sealed class SqliteRosterTests() : RosterContract(new SqliteFixture());

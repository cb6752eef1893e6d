namespace VerifyGateway.Storage.Tests.Contract;

public sealed class PostgresFeedTests(ContractServer server) : FeedContract(new PostgresFixture(server));

public sealed class PostgresReadTests(ContractServer server) : ReadContract(new PostgresFixture(server));

public sealed class PostgresPastTests(ContractServer server) : PastContract(new PostgresFixture(server));

public sealed class PostgresWriteTests(ContractServer server) : WriteContract(new PostgresFixture(server));

public sealed class PostgresRequestTests(ContractServer server) : RequestContract(new PostgresFixture(server));

public sealed class PostgresAuditTests(ContractServer server) : AuditContract(new PostgresFixture(server));

public sealed class PostgresListTests(ContractServer server) : ListContract(new PostgresFixture(server));

public sealed class PostgresRulesTests(ContractServer server) : RulesContract(new PostgresFixture(server));

public sealed class PostgresModelTests(ContractServer server) : ModelContract(new PostgresFixture(server));

public sealed class PostgresDocumentTests(ContractServer server) : DocumentContract(new PostgresFixture(server));

public sealed class PostgresInputTests(ContractServer server) : InputContract(new PostgresFixture(server));

public sealed class PostgresFeedWritesTests(ContractServer server) : FeedWritesContract(new PostgresFixture(server))
{
    protected override string Migration
    {
        get
        {
            using var text = new StreamReader(typeof(ISystemOfRecord).Assembly.GetManifestResourceStream("Postgres/Migrations/0002_feed_writes.sql")!);
            return text.ReadToEnd();
        }
    }
}

public sealed class PostgresCardHoldTests(ContractServer server) : CardHoldContract(new PostgresFixture(server));

public sealed class PostgresHoldTests(ContractServer server) : HoldContract(new PostgresFixture(server));

public sealed class PostgresHoldListTests(ContractServer server) : HoldListContract(new PostgresFixture(server));

public sealed class PostgresRosterTests(ContractServer server) : RosterContract(new PostgresFixture(server));

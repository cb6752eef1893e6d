using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The prepared statements that look up what a write wants; of one connection and, like it, for one thread at a time.</summary>
internal sealed class LoadStatements : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];
    private readonly Dictionary<DocumentKind, Statement> _documents = [];

    public LoadStatements(SqliteConnection connection)
    {
        _connection = connection;
        FindAcquirer = Prepare($"SELECT {StoredColumns.Acquirer} FROM acquirer WHERE acquirer_id = $1");
        FindIdentity = Prepare($"SELECT {StoredColumns.Identity} FROM identity WHERE acquirer_id = $1 AND identity_id = $2");
        FindCard = Prepare($"SELECT {StoredColumns.Card} FROM settlement_card WHERE acquirer_id = $1 AND fingerprint = $2");
        FindMerchant = Prepare($"SELECT {StoredColumns.Merchant} FROM {StoredColumns.FromMerchant} WHERE m.acquirer_id = $1 AND m.merchant_no = $2");
        MerchantsOf = Prepare($"SELECT {StoredColumns.Merchant} FROM {StoredColumns.FromMerchant} WHERE m.acquirer_id = $1 AND m.identity_id = $2");
        MerchantsOfCard = Prepare($"SELECT {StoredColumns.Merchant} FROM {StoredColumns.FromMerchant} WHERE m.acquirer_id = $1 AND m.card_fingerprint = $2");
        FindTerminal = Prepare($"SELECT {StoredColumns.Terminal} FROM terminal WHERE acquirer_id = $1 AND terminal_sn = $2");
        FindLiveSn = Prepare("SELECT acquirer_id, terminal_sn FROM terminal WHERE terminal_sn = $1 AND state NOT IN (3, 9, 10)");
        FindLiveNumbers = Prepare("SELECT acquirer_id, terminal_sn FROM terminal WHERE acquirer_id = $1 AND merchant_no = $2 AND terminal_no = $3 AND state NOT IN (3, 9, 10)");
        FindHold = Prepare($"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND hold_id = $2");
        HoldsOnIdentity = Prepare($"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND identity_id = $2");
        HoldsOnMerchant = Prepare($"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND merchant_no = $2");
        HoldsOnTerminal = Prepare($"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND terminal_sn = $2");
        HoldsOnCard = Prepare($"SELECT {StoredColumns.Hold} FROM hold WHERE acquirer_id = $1 AND card_fingerprint = $2");
        FindRequest = Prepare($"SELECT {StoredColumns.Request} FROM request WHERE acquirer_id = $1 AND request_id = $2");
        Head = Prepare("SELECT head, head_at_unix_ms, audit_seq, audit_hash FROM feed_head");
    }

    public Statement FindAcquirer { get; }
    public Statement FindIdentity { get; }
    public Statement FindCard { get; }
    public Statement FindMerchant { get; }
    public Statement MerchantsOf { get; }
    public Statement MerchantsOfCard { get; }
    public Statement FindTerminal { get; }
    public Statement FindLiveSn { get; }
    public Statement FindLiveNumbers { get; }
    public Statement FindHold { get; }
    public Statement HoldsOnIdentity { get; }
    public Statement HoldsOnMerchant { get; }
    public Statement HoldsOnTerminal { get; }
    public Statement HoldsOnCard { get; }
    public Statement FindRequest { get; }
    public Statement Head { get; }

    /// <summary>Looks up a matter of a kind; made when it is first needed.</summary>
    public Statement FindDocument(DocumentKind kind)
    {
        if (!_documents.TryGetValue(kind, out var find))
        {
            _documents[kind] = find = Prepare($"SELECT {StoredColumns.Document} FROM {StoredColumns.TableOf(kind)} WHERE acquirer_id = $1 AND id = $2");
        }

        return find;
    }

    public void Dispose() => _statements.ForEach(static statement => statement.Dispose());

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _statements.Add(statement);
        return statement;
    }
}

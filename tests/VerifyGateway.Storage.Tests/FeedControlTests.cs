using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

/// <summary>Why revisions are taken under the write lock; what the feed does is in the contract of every store.</summary>
public sealed class FeedControlTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Control_numbers_that_are_reserved_before_the_write_leave_holes_and_appear_out_of_order()
    {
        // SQLite's own AUTOINCREMENT is rolled back with its transaction; what a sequence of other databases does is to take
        // the number before the transaction, as here.
        var path = _folder.File("naive.db");
        using var first = RawFile.Open(path);
        RawFile.Execute(first, "PRAGMA journal_mode = WAL; CREATE TABLE seq (n INTEGER); INSERT INTO seq VALUES (0); CREATE TABLE feed (n INTEGER)");
        using var second = RawFile.Open(path);

        var slow = Reserve(path);
        var quick = Reserve(path);
        RawFile.Execute(second, $"INSERT INTO feed VALUES ({quick})");
        Assert.Equal([quick], Numbers(path));
        RawFile.Execute(first, $"INSERT INTO feed VALUES ({slow})");
        Assert.Equal([slow, quick], Numbers(path));

        var aborted = Reserve(path);
        RawFile.Execute(first, $"BEGIN; INSERT INTO feed VALUES ({aborted}); ROLLBACK");
        RawFile.Execute(first, $"INSERT INTO feed VALUES ({Reserve(path)})");
        Assert.Equal([1, 2, 4], Numbers(path));

        static long Reserve(string path) => RawFile.Number(path, "UPDATE seq SET n = n + 1 RETURNING n");

        static List<long> Numbers(string path)
        {
            using var connection = RawFile.Open(path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT n FROM feed ORDER BY n";
            using var row = command.ExecuteReader();
            var numbers = new List<long>();
            while (row.Read())
            {
                numbers.Add(row.GetInt64(0));
            }

            return numbers;
        }
    }
}

using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.StoreLoad;

/// <summary>The pairs and the terminals that the measures ask for, spread over the whole store in an order of chance.</summary>
internal sealed class Sample
{
    private const int Seed = 1;

    public required PairKey[] Pairs { get; init; }

    public required TerminalRow[] Terminals { get; init; }

    public static async Task<Sample> ReadAsync(ISystemOfRecord store)
    {
        var terminals = new List<TerminalRow>();
        await foreach (var row in store.ReadAllAsync())
        {
            if (row is TerminalRow { State: TerminalState.Active } terminal)
            {
                terminals.Add(terminal);
            }
        }

        var shuffled = terminals.ToArray();
        new Random(Seed).Shuffle(shuffled);
        return new Sample
        {
            Terminals = shuffled,
            Pairs = Array.ConvertAll(shuffled, static row => new PairKey(row.Key, new MerchantKey(row.Key.Acquirer, row.MerchantNo))),
        };
    }
}

using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Maintenance;

/// <summary>Rows with hashes under keys, and looking for them.</summary>
internal static class HashedRows
{
    /// <summary>How many identities, cards, merchants and terminals <see cref="MakeAsync"/> writes.</summary>
    public const int Count = 25;

    public static HashKeys Keys(params string[] ids) => new([.. ids.Select(static id => (KeyId(id), Enumerable.Repeat((byte)id[1], 32).ToArray()))]);

    public static HashKeyId KeyId(string id) => HashKeyId.TryParse(id, out var key, out _) ? key : throw new ArgumentException(id);

    public static IdentityRow Identity(int n, HashKeys keys)
    {
        var (document, phone) = (keys.Compute($"document {n}"), keys.Compute($"phone {n}"));
        return Make.Identity($"ID-{n}") with { DocumentHash = document.Hash, DocumentHashKey = document.Key, PhoneHash = phone.Hash, PhoneHashKey = phone.Key };
    }

    public static CardRow Card(int n, HashKeys keys) =>
        new(Make.Acquirer(), keys.Compute($"card {n}").Hash, keys.Compute($"card {n}").Key, Make.Mask("999999******0001"), Make.Id($"ID-{n}"));

    public static MerchantRow Merchant(int n, HashKeys keys, int? card = null) =>
        Make.Merchant(n, $"ID-{Math.Min(n, Count)}") with { Card = keys.Compute($"card {card ?? n}").Hash };

    public static async Task MakeAsync(ISystemOfRecord store, HashKeys keys)
    {
        for (var n = 1; n <= Count; n++)
        {
            await store.PutAsync("test", [Identity(n, keys), Card(n, keys), Merchant(n, keys), Make.Terminal(n, n)]);
        }
    }

    /// <summary>Every number finds its one binding, by one of its hashes.</summary>
    public static async Task AssertFoundAsync(ISystemOfRecord store, HashKeys keys)
    {
        for (var n = 1; n <= Count; n += 6)
        {
            foreach (var (number, filter) in new (string, Func<string, BindingFilter>)[]
            {
                ($"document {n}", hash => new BindingFilter(Make.Acquirer()) { DocumentHash = hash }),
                ($"phone {n}", hash => new BindingFilter(Make.Acquirer()) { PhoneHash = hash }),
                ($"card {n}", hash => new BindingFilter(Make.Acquirer()) { Card = hash }),
            })
            {
                var found = new List<TerminalSn>();
                foreach (var hash in keys.Candidates(number))
                {
                    found.AddRange((await store.ListAsync(filter(hash.Hash.ToString()), 10, "", CancellationToken.None)).Bindings.Select(binding => binding.Terminal.Key.Sn));
                }

                Assert.Equal([Make.Sn(n)], found);
            }
        }
    }
}

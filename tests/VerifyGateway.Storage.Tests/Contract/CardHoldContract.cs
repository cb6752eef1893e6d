using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Holds on settlement cards: they stand on every merchant that is settled to the card, and on no other.</summary>
public abstract class CardHoldContract(StoreFixture on) : StoreContract(on)
{
    private static readonly Hold OnCard = new(HoldKind.Judicial, HoldTarget.Card, 1_000, 0);

    private static HoldSubject Card1 => HoldSubject.Card(Hash(1));

    [Fact]
    public async Task A_hold_on_a_card_stands_on_every_merchant_that_is_settled_to_it_and_on_no_other()
    {
        var store = await FleetAsync();
        var head = await store.ReadHeadAsync();
        var held = await store.PutAsync("test", [Make.Hold("H-1", Card1, HoldKind.Judicial)]);
        Assert.Equal((2, head + 2), (held.ChangedRecords, held.Head));
        Assert.Equal([OnCard], await HoldsAsync(store, 1));
        Assert.Equal([OnCard], await HoldsAsync(store, 2));
        Assert.Empty(await HoldsAsync(store, 3));
        Assert.Empty(await HoldsAsync(store, 4));
        // The same card, as another acquirer has it.
        Assert.Empty(await HoldsAsync(store, 1, Make.Acquirer2));

        // It ends on all of them too.
        await store.PutAsync("test", [Make.Hold("H-1", Card1, HoldKind.Judicial, until: 2_000)]);
        Assert.Equal([OnCard with { UntilUnixMs = 2_000 }], await HoldsAsync(store, 1));
        Assert.Equal([OnCard with { UntilUnixMs = 2_000 }], await HoldsAsync(store, 2));
    }

    [Fact]
    public async Task A_merchant_that_changes_its_card_loses_the_holds_on_the_old_one_and_gains_those_on_the_new_one()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [Make.Hold("H-1", Card1, HoldKind.Judicial), Make.Hold("H-2", HoldSubject.Card(Hash(2)))]);
        await store.PutAsync("test", [Merchant(1, "ID-1", card: 2)]);
        Assert.Equal([new Hold(HoldKind.Risk, HoldTarget.Card, 1_000, 0)], await HoldsAsync(store, 1));
        // The other merchant of the card keeps them.
        Assert.Equal([OnCard], await HoldsAsync(store, 2));
        await store.PutAsync("test", [Merchant(1, "ID-1", card: null)]);
        Assert.Empty(await HoldsAsync(store, 1));

        // What is put on the old card now is nothing to a merchant that has left it.
        await store.PutAsync("test", [Make.Hold("H-3", Card1, HoldKind.Regulator)]);
        Assert.Empty(await HoldsAsync(store, 1));
        await store.PutAsync("test", [Merchant(1, "ID-1", card: 1)]);
        Assert.Equal(2, (await HoldsAsync(store, 1)).Count());
    }

    [Fact]
    public async Task Whatever_else_of_a_merchant_changes_its_record_keeps_the_holds_on_its_card()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [Make.Hold("H-1", Card1, HoldKind.Judicial)]);
        // Each of these loads the merchant another way: by itself, by its identity, by a hold, by another merchant's card.
        await store.PutAsync("test", [Merchant(1, "ID-1", card: 1) with { State = MerchantState.WindDown }]);
        Assert.Equal([OnCard], await HoldsAsync(store, 1));
        await store.PutAsync("test", [Make.Identity("ID-1", IdentityState.Pending)]);
        Assert.Equal([OnCard], await HoldsAsync(store, 1));
        await store.PutAsync("test", [Make.Hold("H-2", HoldSubject.Merchant(No(1)))]);
        await store.PutAsync("test", [Make.Hold("H-3", HoldSubject.Identity(Make.Id("ID-1")), HoldKind.System)]);
        await store.PutAsync("test", [Make.Hold("H-4", Card1, HoldKind.Regulator)]);
        Assert.Equal(
            [HoldTarget.Identity, HoldTarget.Merchant, HoldTarget.Card, HoldTarget.Card], (await HoldsAsync(store, 1)).Select(hold => hold.Target));
        // Of one that is settled to the same card and belongs to somebody else.
        await store.PutAsync("test", [Make.Identity("ID-2", IdentityState.Rejected), Make.Hold("H-5", HoldSubject.Merchant(No(2)))]);
        Assert.Equal([HoldTarget.Merchant, HoldTarget.Card, HoldTarget.Card], (await HoldsAsync(store, 2)).Select(hold => hold.Target));
    }

    [Fact]
    public async Task Card_merchant_and_hold_in_one_write_and_in_portions_of_a_long_one_come_out_the_same()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test",
            [Make.Identity("ID-1"), Card(1, "ID-1"), Merchant(1, "ID-1", card: 1), Make.Hold("H-1", Card1, HoldKind.Judicial), Merchant(2, "ID-1", card: 1)]);
        Assert.Equal([OnCard], await HoldsAsync(store, 1));
        Assert.Equal([OnCard], await HoldsAsync(store, 2));
        await store.WriteLongAsync(async write =>
        {
            object[][] portions =
            [
                [Card(2, "ID-1"), Merchant(3, "ID-1", card: 2)], [Make.Hold("H-2", HoldSubject.Card(Hash(2)), HoldKind.Judicial)],
                [Merchant(4, "ID-1", card: 2), Merchant(1, "ID-1", card: 2)],
            ];
            foreach (var portion in portions)
            {
                await write.PutAsync(portion, CommandOrigin.Own("tester", "import"), (_, refused) => throw refused, CancellationToken.None);
            }

            return 0;
        });
        foreach (var merchant in new[] { 1, 2, 3, 4 })
        {
            Assert.Equal([OnCard], await HoldsAsync(store, merchant));
        }
    }

    [Fact]
    public async Task Random_writes_leave_every_merchant_with_exactly_the_holds_on_its_identity_itself_and_its_card()
    {
        var random = Seeded();
        var store = await FleetAsync();
        var rows = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var turn = 0; turn < 60; turn++)
        {
            object[] write = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Next())];
            await store.PutAsync("test", write);
        }

        foreach (var n in Enumerable.Range(1, 4))
        {
            var merchant = (MerchantRow)rows.GetValueOrDefault($"M{n}", Start(n));
            string[] subjects = [merchant.Identity.ToString(), merchant.Key.No.ToString(), .. merchant.Card.IsEmpty ? Array.Empty<string>() : [merchant.Card.ToString()]];
            var expected = subjects.SelectMany(key => rows.Values.OfType<HoldRow>().Where(hold => hold.On.Key == key)
                .OrderBy(hold => hold.EffectiveAtUnixMs).ThenBy(hold => hold.Id.ToString(), StringComparer.Ordinal));
            Assert.Equal(expected.Select(hold => new Hold(hold.Kind, hold.On.Target, hold.EffectiveAtUnixMs, hold.UntilUnixMs)), await HoldsAsync(store, n));
        }

        object Next()
        {
            var n = random.Next(1, 5);
            var id = random.Next(9);
            HoldSubject[] subjects = [Card1, HoldSubject.Card(Hash(2)), HoldSubject.Merchant(No(1 + (id % 4))), HoldSubject.Identity(Make.Id($"ID-{1 + (id % 2)}"))];
            return random.Next(3) switch
            {
                0 => rows[$"M{n}"] = Merchant(n, $"ID-{random.Next(1, 3)}", random.Next(3) is > 0 and var card ? card : null),
                _ => rows[$"H{id}"] = Make.Hold($"H-{id}", subjects[id % 4], from: random.Next(3)) with { UntilUnixMs = random.Next(2) * 5_000 },
            };
        }
    }

    [Fact]
    public async Task A_record_carries_no_more_holds_for_a_card_than_it_can()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [.. Enumerable.Range(0, 100).Select(n => Make.Hold($"M-{n}", HoldSubject.Merchant(No(2))))]);
        await store.PutAsync("test", [.. Enumerable.Range(0, RecordCodec.MaxHolds - 100).Select(n => Make.Hold($"C-{n}", Card1))]);
        Assert.Equal("STORE_HOLD_COUNT", await RuleAsync(store, Make.Hold("C-X", Card1)));
        Assert.Equal("STORE_HOLD_COUNT", await RuleAsync(store, Make.Hold("M-X", HoldSubject.Merchant(No(2)))));
        Assert.Equal("STORE_HOLD_COUNT", await RuleAsync(store, Make.Hold("I-X", HoldSubject.Identity(Make.Id("ID-2")))));
        // The other merchant of the card has room.
        await store.PutAsync("test", [Make.Hold("M-Y", HoldSubject.Merchant(No(1)))]);
        Assert.Equal(RecordCodec.MaxHolds, (await HoldsAsync(store, 2)).Count());
    }

    [Fact]
    public async Task The_store_and_the_database_refuse_a_hold_on_a_card_that_is_not_there_and_one_on_two_things()
    {
        var store = await FleetAsync();
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Hold("H-1", HoldSubject.Card(Hash(9)))));
        const string Columns = "acquirer_id, hold_id, kind, merchant_no, card_fingerprint, effective_at, until, refunds_pass, authority, document_no, organ, reason, placed_by, placed_at, lifted_by, lifted_at, lift_document_no, renewals, version";
        string Row(string merchant, int card, int from = 1, int until = 0, int lifted = 0) =>
            $"INSERT INTO hold ({Columns}) VALUES ('{Make.Acquirer1}', 'H-1', 1, {merchant}, {(card == 0 ? "NULL" : On.Blob(Hash(card).ToString()))}, {from}, {until}, {On.Flag(false)}, 0, '', '', '', '', 0, '', {lifted}, '', 0, 1)";
        await On.RefusalAsync(Row("NULL", card: 9));
        await On.RefusalAsync(Row($"'{No(1)}'", card: 1));
        await On.RefusalAsync(Row("NULL", card: 0));
        // The control: the same with one thing that is there.
        await On.RefusalAsync(Row("NULL", card: 1, from: 5, until: 5));
        await On.ExecuteAsync(Row("NULL", card: 1, from: 5, until: 5, lifted: 3));
    }

    private async Task<ISystemOfRecord> FleetAsync()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test",
        [
            Make.Identity("ID-1"), Make.Identity("ID-2"), Card(1, "ID-1"), Card(2, "ID-1"), .. Enumerable.Range(1, 4).Select(Start),
            Make.Identity("ID-1", acquirer: Make.Acquirer2), Card(1, "ID-1", Make.Acquirer2),
            Make.Merchant(1, "ID-1", acquirer: Make.Acquirer2) with { Card = Hash(1) },
        ]);
        return store;
    }

    /// <summary>Merchants 1 and 2 have one card and two identities, 3 has another card, 4 none.</summary>
    private static MerchantRow Start(int n) => n switch
    {
        1 => Merchant(1, "ID-1", card: 1),
        2 => Merchant(2, "ID-2", card: 1),
        3 => Merchant(3, "ID-1", card: 2),
        _ => Merchant(4, "ID-1", card: null),
    };

    private static MerchantRow Merchant(int n, string identity, int? card) => Make.Merchant(n, identity) with { Card = card is { } some ? Hash(some) : default };

    private static async Task<IEnumerable<Hold>> HoldsAsync(ISystemOfRecord store, int merchant, string acquirer = Make.Acquirer1) =>
        (await store.ReadPairsAsync([Make.Pair(1, merchant, acquirer)], CancellationToken.None))[0].Merchant.Record!.Value.Holds;
}

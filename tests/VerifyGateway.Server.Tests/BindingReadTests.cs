using Google.Protobuf;
using Grpc.Core;
using VerifyGateway.Server.Callers;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using Hold = VerifyGateway.V1.Hold;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using RecordState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests;

/// <summary>Bindings as they were, and lists of them, over a real store.</summary>
public sealed class BindingReadTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StoreServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetBinding_AsOfARevision_IsWhatStoodRightAfterIt()
    {
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Merchant(2, "ID-1"), Terminal(1, 1));
        await _server.Store.PutAsync(Terminal(1, 2, RecordState.Suspended));
        await _server.Store.PutAsync(Merchant(1, "ID-1", mask: 7));
        Assert.Equal((MerchantNo(2), TerminalState.Suspended), await GetAsync(new GetBindingRequest { Key = Key(1) }));
        Assert.Equal((MerchantNo(1), TerminalState.Active), await GetAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 3 }));
        Assert.Equal((MerchantNo(2), TerminalState.Suspended), await GetAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 4 }));
        var before = await _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 3 });
        Assert.Equal((5, "999999******0001"), (before.Revision, before.Binding.SettlementCardMask));
        await FailsAsync(StatusCode.NotFound, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 2 }));

        var batch = await _server.Client.BatchGetBindingsAsync(new BatchGetBindingsRequest { Keys = { Key(1), Key(9), Key(1) }, AsOfRevision = 3 });
        Assert.Equal([MerchantNo(1), null, MerchantNo(1)], batch.Results.Select(result => result.Binding?.MerchantNo));
    }

    [Fact]
    public async Task GetBinding_AsOfAnInstant_ShowsTheHoldsOfThatInstant()
    {
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Terminal(1, 1));
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await _server.Store.PutAsync(Hold("H-1", HoldSubject.Terminal(SnOf(1)), HoldKind.Holder, now - 1_000, now + 1_000), Hold("H-2", HoldSubject.Terminal(SnOf(1)), HoldKind.Holder, now + 500_000_000));
        var written = (await _server.Store.ReadFeedAsync(2, 10)).Entries[0].CommittedAtUnixMs;
        await Wait.UntilAsync(async () => (await _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1) })).Binding.Holds.Count == 0, "the hold to end");
        Hold[] then = [new Hold { Kind = V1.HoldKind.Holder, Target = HoldTarget.Terminal, EffectiveAtUnixMs = now - 1_000, UntilUnixMs = now + 1_000 }];
        Assert.Equal(then, (await _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfUnixMs = written })).Binding.Holds);
        Assert.Equal(then, (await _server.Client.BatchGetBindingsAsync(new BatchGetBindingsRequest { Keys = { Key(1) }, AsOfUnixMs = written })).Results[0].Binding.Holds);
        // By revision it is not known when that was: what stands now is shown.
        Assert.Empty((await _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 3 })).Binding.Holds);
    }

    [Fact]
    public async Task GetBinding_AsOfWhatIsNotKept_IsOutOfRangeAndSaysTheLimit()
    {
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Terminal(1, 1));
        var future = await FailsAsync(StatusCode.OutOfRange, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 3 }));
        Assert.Equal(("HISTORY_FUTURE", "2"), (StoreServer.InfoOf(future).Type, StoreServer.InfoOf(future).Metadata["head"]));
        var later = await FailsAsync(StatusCode.OutOfRange, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfUnixMs = long.MaxValue }));
        Assert.Equal("HISTORY_FUTURE", StoreServer.InfoOf(later).Type);
        RawStore.Execute(_server.Path, "UPDATE feed_head SET history_floor = 2, history_floor_unix_ms = head_at_unix_ms");
        var gone = await FailsAsync(StatusCode.OutOfRange, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = 1 }));
        Assert.Equal(("HISTORY_TRIMMED", "2"), (StoreServer.InfoOf(gone).Type, StoreServer.InfoOf(gone).Metadata["floor"]));
        await FailsAsync(StatusCode.OutOfRange, () => _server.Client.BatchGetBindingsAsync(new BatchGetBindingsRequest { Keys = { Key(1) }, AsOfUnixMs = 1 }));
        await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfRevision = -1 }));
        await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(1), AsOfUnixMs = -1 }));
    }

    [Fact]
    public async Task ListBindings_EveryFilter_ListsWhatFitsIt()
    {
        await _server.DisposeAsync();
        _server = await StoreServer.StartAsync(callers: new CallerOptions { LoopbackRoles = CallerRoles.ReadBindings | CallerRoles.SeeConfidential });
        var (document, phone, card) = (Hash(1), Hash(2), Hash(3));
        await _server.Store.PutAsync(
            Identity("ID-1") with { DocumentHash = document, DocumentHashKey = HashKey, PhoneHash = phone, PhoneHashKey = HashKey }, Identity("ID-2"), Identity("ID-1", acquirer: Acquirer2),
            new CardRow(Acquirer(Acquirer1), card, HashKey, Merchant(1, "ID-1").SettlementCardMask, Id("ID-1")),
            Merchant(1, "ID-1") with { Card = card }, Merchant(2, "ID-2"), Merchant(1, "ID-1", acquirer: Acquirer2),
            Terminal(1, 1), Terminal(2, 1, RecordState.Lost), Terminal(3, 2), Terminal(4, 1, acquirer: Acquirer2));
        Assert.Equal([1, 2, 3], await ListAsync(new ListBindingsRequest()));
        Assert.Equal([4], await ListAsync(new ListBindingsRequest { AcquirerId = Acquirer2 }));
        Assert.Equal([3], await ListAsync(new ListBindingsRequest { MerchantNo = MerchantNo(2) }));
        Assert.Equal([1, 2], await ListAsync(new ListBindingsRequest { IdentityId = "ID-1" }));
        Assert.Equal([1, 2], await ListAsync(new ListBindingsRequest { DocumentHash = ByteString.CopyFrom(document.ToBytes()) }));
        Assert.Equal([1, 2], await ListAsync(new ListBindingsRequest { PhoneHash = ByteString.CopyFrom(phone.ToBytes()) }));
        Assert.Equal([1, 2], await ListAsync(new ListBindingsRequest { SettlementCardHash = ByteString.CopyFrom(card.ToBytes()) }));
        Assert.Equal([2], await ListAsync(new ListBindingsRequest { TerminalState = TerminalState.Lost }));
        Assert.Equal([], await ListAsync(new ListBindingsRequest { TerminalState = TerminalState.Lost, MerchantNo = MerchantNo(2) }));
        var page = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 10 });
        Assert.Equal(await _server.Store.ReadHeadAsync(), page.Revision);
        Assert.Equal((await _server.Client.GetBindingAsync(new GetBindingRequest { Key = Key(3) })).Binding, page.Bindings[2]);
    }

    [Fact]
    public async Task ListBindings_PageByPageUnderWrites_RepeatsNothingAndMissesNothingThatFitsAllTheWhile()
    {
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"));
        await _server.Store.PutAsync([.. Enumerable.Range(0, 50).Select(n => Terminal((n * 2) + 1, 1))]);
        var (seen, token, written) = (new List<string>(), "", 0);
        do
        {
            var page = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 7, PageToken = token });
            seen.AddRange(page.Bindings.Select(binding => binding.TerminalSn));
            token = page.NextPageToken;
            // One behind the page, one before it, and one that has been listed changes.
            await _server.Store.PutAsync(Terminal(written * 2, 1), Terminal(98 - (written++ * 2), 1), Terminal(1, 1, written % 2 == 0 ? RecordState.Active : RecordState.Suspended));
        }
        while (token.Length > 0);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Empty(Enumerable.Range(0, 50).Select(n => Sn((n * 2) + 1)).Except(seen));
        Assert.True(seen.Count > 50, "none of what was written in between was listed");
    }

    [Fact]
    public async Task ListBindings_MalformedOrForeign_IsRefusedWithWhatToDo()
    {
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Terminal(1, 1), Terminal(2, 1));
        var first = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1 });
        Assert.NotEqual("", first.NextPageToken);
        foreach (var token in new[] { "x", first.NextPageToken[..^1] + (first.NextPageToken[^1] == 'A' ? 'B' : 'A'), new string('A', 300) })
        {
            var forged = await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1, PageToken = token }));
            Assert.Contains("page_token: PAGE_TOKEN", forged.Status.Detail, StringComparison.Ordinal);
            Assert.Contains("begin the list anew", forged.Status.Detail, StringComparison.Ordinal);
        }

        // Of another list.
        await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.ListBindingsAsync(
            new ListBindingsRequest { AcquirerId = Acquirer1, MerchantNo = MerchantNo(1), PageSize = 1, PageToken = first.NextPageToken }));
        foreach (var size in new[] { 0, -1, 1001 })
        {
            await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = size }));
        }

        var many = await FailsAsync(StatusCode.InvalidArgument, () => _server.Client.ListBindingsAsync(new ListBindingsRequest
        {
            AcquirerId = "x", MerchantNo = "y", IdentityId = new string('i', 65), DocumentHash = ByteString.CopyFrom(1), TerminalState = (TerminalState)99,
        }));
        Assert.All(["acquirer_id", "merchant_no", "identity_id", "document_hash", "terminal_state"], field => Assert.Contains(field + ": ", many.Status.Detail, StringComparison.Ordinal));
        // Who shares a telephone is not for everybody.
        await FailsAsync(StatusCode.PermissionDenied, () => _server.Client.ListBindingsAsync(
            new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1, PhoneHash = ByteString.CopyFrom(new byte[32]) }));
    }

    [Fact]
    public async Task ListAndWatch_OfAnotherAcquirer_AreDenied()
    {
        await _server.DisposeAsync();
        _server = await StoreServer.StartAsync(callers: new CallerOptions { LoopbackAcquirer = Acquirer1 });
        await _server.Store.PutAsync(Identity("ID-1", acquirer: Acquirer2), Merchant(1, "ID-1", acquirer: Acquirer2), Terminal(1, 1, acquirer: Acquirer2));
        await FailsAsync(StatusCode.PermissionDenied, () => _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer2, PageSize = 1 }));
        using var watch = _server.Client.WatchBindings(new WatchBindingsRequest { AcquirerId = Acquirer2, Snapshot = new WatchFromSnapshot() });
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(default))).StatusCode);
        Assert.Empty((await _server.Client.ListBindingsAsync(new ListBindingsRequest { PageSize = 10 })).Bindings);
    }

    private static HashKeyId HashKey => HashKeyId.TryParse("k1", out var key, out _) ? key : default;

    private static KeyedHash Hash(byte n) => KeyedHash.Of([.. Enumerable.Repeat(n, KeyedHash.Size)]);

    private static BindingKey Key(int n) => new() { AcquirerId = Acquirer1, TerminalSn = Sn(n) };

    private static async Task<RpcException> FailsAsync<T>(StatusCode code, Func<AsyncUnaryCall<T>> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal(code, fault.StatusCode);
        return fault;
    }

    private async Task<(string, TerminalState)> GetAsync(GetBindingRequest request)
    {
        var binding = (await _server.Client.GetBindingAsync(request)).Binding;
        return (binding.MerchantNo, binding.TerminalState);
    }

    private async Task<IEnumerable<int>> ListAsync(ListBindingsRequest request)
    {
        request.AcquirerId = request.AcquirerId.Length == 0 ? Acquirer1 : request.AcquirerId;
        request.PageSize = 100;
        return (await _server.Client.ListBindingsAsync(request)).Bindings.Select(binding => int.Parse(binding.TerminalSn[^4..], System.Globalization.CultureInfo.InvariantCulture));
    }
}

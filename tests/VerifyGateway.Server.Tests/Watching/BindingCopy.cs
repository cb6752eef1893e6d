using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>A watcher's copy of an acquirer's bindings, kept from nothing but the messages of the stream, as a back end would.</summary>
internal sealed class BindingCopy(string acquirer)
{
    private readonly SortedDictionary<string, WatchedMerchant> _merchants = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, WatchedTerminal> _terminals = new(StringComparer.Ordinal);

    /// <summary>The last revision that the stream can be resumed after; null while the snapshot is not whole.</summary>
    public long? ResumeAfter { get; private set; }

    /// <summary>From this revision on the copy is exact.</summary>
    public long ExactFrom { get; private set; }

    /// <summary>The newest checkpoint; 0 when there was none.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>Whether a write is applied by halves.</summary>
    public bool IsWithinWrite { get; private set; }

    /// <summary>Events that were applied.</summary>
    public List<WatchEvent> Events { get; } = [];

    /// <summary>Applies a message, and fails when it breaks a promise.</summary>
    public void Apply(WatchBindingsResponse message)
    {
        switch (message.MessageCase)
        {
            case WatchBindingsResponse.MessageOneofCase.SnapshotPage:
                Assert.Null(ResumeAfter);
                Put(message.SnapshotPage.Merchants, message.SnapshotPage.Terminals);
                break;
            case WatchBindingsResponse.MessageOneofCase.SnapshotEnd:
                Assert.True(message.SnapshotEnd.ExactFromRevision >= message.SnapshotEnd.Revision);
                (ResumeAfter, ExactFrom) = (message.SnapshotEnd.Revision, message.SnapshotEnd.ExactFromRevision);
                break;
            case WatchBindingsResponse.MessageOneofCase.Event:
                Assert.True(message.Event.Revision > Checkpoint, $"an event of revision {message.Event.Revision} after a checkpoint of {Checkpoint}");
                Assert.True(ResumeAfter is null || message.Event.Revision > ResumeAfter, $"an event of revision {message.Event.Revision} after {ResumeAfter}");
                Put(message.Event.Merchants, message.Event.Terminals);
                Events.Add(message.Event);
                (ResumeAfter, IsWithinWrite) = (message.Event.Revision, !message.Event.EndsWrite);
                break;
            default:
                Assert.True(message.Checkpoint.Revision >= Checkpoint && message.Checkpoint.Revision >= (ResumeAfter ?? 0), "a checkpoint that goes back");
                Assert.False(IsWithinWrite, "a checkpoint within a write");
                ResumeAfter = Checkpoint = message.Checkpoint.Revision;
                break;
        }
    }

    /// <summary>Forgets everything: a snapshot that was not sent whole is begun anew.</summary>
    public void Clear()
    {
        _merchants.Clear();
        _terminals.Clear();
    }

    /// <summary>The bindings as ListBindings would give them.</summary>
    public IReadOnlyList<Binding> Bindings() => [.. _terminals.Values.Select(terminal =>
    {
        var merchant = _merchants[terminal.MerchantNo];
        return new Binding
        {
            AcquirerId = acquirer, TerminalSn = terminal.TerminalSn, TerminalNo = terminal.TerminalNo, MerchantNo = terminal.MerchantNo,
            TerminalState = terminal.TerminalState, MerchantState = merchant.MerchantState, IdentityState = merchant.IdentityState,
            HolderMask = merchant.HolderMask, SettlementCardMask = merchant.SettlementCardMask, DocumentValidTo = merchant.DocumentValidTo,
            Version = terminal.Version, Revision = Math.Max(terminal.Revision, merchant.Revision), Holds = { terminal.Holds, merchant.Holds },
        };
    })];

    private void Put(IEnumerable<WatchedMerchant> merchants, IEnumerable<WatchedTerminal> terminals)
    {
        foreach (var merchant in merchants)
        {
            _merchants[merchant.MerchantNo] = merchant;
        }

        foreach (var terminal in terminals)
        {
            _terminals[terminal.TerminalSn] = terminal;
        }
    }
}

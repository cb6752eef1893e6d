using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests;

/// <summary>
/// An engine may look rows up from before changes of the same transaction that are still being written: what the set knows of a
/// terminal by then wins over what was found.
/// </summary>
public sealed class WorkingSetTests
{
    private static readonly NumbersKey OldNumbers = new(Make.MerchantKey(1), Make.TerminalNo(1));
    private static readonly LiveTerminal Found = new(Make.TerminalKey(1));

    [Fact]
    public void A_terminal_that_has_left_its_numbers_in_the_set_does_not_hold_them_any_more()
    {
        var set = SetWith(Make.Terminal(1, 1, number: 2));
        set.Load(OldNumbers, Found);
        Assert.Null(set.LiveNumbers[OldNumbers]);

        // The device is the same one all the while.
        set.Load(Make.Sn(1), Found);
        Assert.Equal(Found, set.LiveSns[Make.Sn(1)]);
    }

    [Fact]
    public void A_terminal_that_has_ended_in_the_set_holds_neither_numbers_nor_device()
    {
        var set = SetWith(Make.Terminal(1, 1, TerminalState.Retired));
        set.Load(OldNumbers, Found);
        set.Load(Make.Sn(1), Found);
        Assert.Null(set.LiveNumbers[OldNumbers]);
        Assert.Null(set.LiveSns[Make.Sn(1)]);
    }

    [Fact]
    public void A_terminal_that_the_set_does_not_know_or_has_not_moved_holds_what_was_found()
    {
        var unknown = new WorkingSet();
        unknown.Load(OldNumbers, Found);
        Assert.Equal(Found, unknown.LiveNumbers[OldNumbers]);

        var same = SetWith(Make.Terminal(1, 1, TerminalState.Suspended));
        same.Load(OldNumbers, Found);
        Assert.Equal(Found, same.LiveNumbers[OldNumbers]);
    }

    /// <summary>Terminal 1 of merchant 1, number 1, live, and then as given.</summary>
    private static WorkingSet SetWith(TerminalRow now)
    {
        var set = new WorkingSet();
        set.Terminals.Load(now.Key, new StoredTerminal(Make.Terminal(1, 1), 1, null));
        set.Terminals.Set(now.Key, new StoredTerminal(now, 2, null));
        return set;
    }
}

using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Windows in which status checks are closed.</summary>
public class MaintenanceTests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Window_AroundItsInstants_IsFromTheFirstUntilBeforeTheLast(long ms, bool closed)
    {
        var verdict = new Situation { Windows = [Window(Now, Now + 10)] }.At(Now + ms).Decide();
        Assert.Equal(closed ? Decision.RetryLater : Decision.Allow, verdict.Decision);
        Assert.Equal(closed ? [Reason.Maintenance] : [], verdict.Reasons.Listed());
        Assert.Equal(closed ? Now + 10 : 0, verdict.UntilUnixMs);
        Assert.Equal(closed ? Remedy.Wait : Remedy.None, verdict.Remedy);
    }

    [Fact]
    public void CutOver_Open_IsItsOwnReason()
    {
        var verdict = new Situation { Windows = [Window(Now, Now + 10, kind: WindowKind.CutOver)] }.Decide();
        Assert.Equal((Decision.RetryLater, Reason.CutOver, Now + 10), (verdict.Decision, verdict.Primary, verdict.UntilUnixMs));
        Assert.Equal("90", ReasonTable.Of(verdict.Primary).De39);
    }

    [Fact]
    public void Until_WindowsFollowOneAnother_GoesOnToTheLast()
    {
        var situation = new Situation { Windows = [Window(Now + 10, Now + 15, kind: WindowKind.CutOver), Window(Now, Now + 10), Window(Now + 15, Now + 20), Window(Now + 21, Now + 30)] };
        Assert.Equal(Now + 20, situation.Decide().UntilUnixMs);
        Assert.Equal(Now + 20, situation.At(Now + 12).Decide().UntilUnixMs);
        Assert.Equal(Reason.CutOver, situation.At(Now + 12).Decide().Primary);
        Assert.Equal(Decision.Allow, situation.At(Now + 20).Decide().Decision);
        Assert.Equal(Now + 30, situation.At(Now + 21).Decide().UntilUnixMs);
    }

    [Theory]
    [InlineData(GatewayService.Verification)]
    [InlineData(GatewayService.Binding)]
    [InlineData(GatewayService.Hold)]
    [InlineData(GatewayService.Deregistration)]
    public void Window_OfAnotherService_DoesNotMatter(GatewayService service)
    {
        Assert.Equal(Decision.Allow, new Situation { Windows = [Window(Now, Now + 10, service)] }.Decide().Decision);
        // Nor does it make the end later.
        Assert.Equal(Now + 10, new Situation { Windows = [Window(Now, Now + 10), Window(Now + 10, Now + 20, service)] }.Decide().UntilUnixMs);
    }

    [Theory]
    [InlineData(AcquirerText, Decision.RetryLater)]
    [InlineData("01020000", Decision.Allow)]
    public void Window_OfOneAcquirer_ClosesForThatOne(string acquirer, Decision decision) =>
        Assert.Equal(decision, new Situation { Windows = [Window(Now, Now + 10) with { Acquirers = [Acquirer(acquirer)] }] }.Decide().Decision);

    [Fact]
    public void Window_WithOtherReasons_GoesFirstAndTellsThemAll()
    {
        var verdict = new Situation { Windows = [Window(Now, Now + 10)], Terminal = null }.Decide();
        Assert.Equal([Reason.Maintenance, Reason.TerminalNotRegistered], verdict.Reasons.Listed());
        Assert.Equal(Decision.RetryLater, verdict.Decision);

        verdict = new Situation { Windows = [Window(Now, Now + 10)], Merchant = Merchant(holds: Hold(HoldKind.Holder, Now + 99)) }.Decide();
        Assert.Equal([Reason.Maintenance, Reason.FrozenByOwner], verdict.Reasons.Listed());
        Assert.Equal(Now + 10, verdict.UntilUnixMs);
    }

    [Fact]
    public void Reversal_InAWindow_PassesWithAWarning()
    {
        var verdict = new Situation { Windows = [Window(Now, Now + 10)] }.As(TransactionKind.Reversal).Decide();
        Assert.Equal((Decision.Allow, 0), (verdict.Decision, verdict.UntilUnixMs));
        Assert.Equal([Reason.Maintenance], verdict.Warnings.Listed());
    }
}

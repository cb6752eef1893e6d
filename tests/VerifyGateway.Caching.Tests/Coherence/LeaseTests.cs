using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Caching.Tests.Coherence;

public sealed class LeaseTests
{
    private readonly ManualTime _time = new();
    private readonly Lease _lease;

    public LeaseTests() => _lease = new Lease(2_000, _time);

    [Fact]
    public void Look_NeverGranted_IsNotValid() => Assert.Equal(default, _lease.Look());

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_999, true)]
    [InlineData(2_000, false)]
    public void Look_SoLongAfterItsInstant_IsValidForItsLength(long afterMs, bool isValid)
    {
        var granted = _time.NowUnixMs;
        _lease.Grant(_lease.Now());
        _time.AdvanceMs(afterMs);
        Assert.Equal((isValid, granted, granted + 2_000), (_lease.Look().IsValid, _lease.Look().AsOfUnixMs, _lease.Look().UntilUnixMs));
    }

    [Fact]
    public void Grant_ForAnInstantThatHasPassed_CountsFromThatInstant()
    {
        var instant = _lease.Now();
        _time.AdvanceMs(1_500);
        _lease.Grant(instant);
        _time.AdvanceMs(499);
        Assert.True(_lease.Look().IsValid);
        _time.AdvanceMs(1);
        Assert.False(_lease.Look().IsValid);
    }

    [Fact]
    public void Grant_ForAnEarlierInstantThanTheOneHeld_ChangesNothing()
    {
        var early = _lease.Now();
        _time.AdvanceMs(1_000);
        _lease.Grant(_lease.Now());
        _lease.Grant(early);
        _time.AdvanceMs(1_500);
        Assert.True(_lease.Look().IsValid);
    }

    [Fact]
    public void Look_WallClockSetForward_IsNotValidAsAFrozenMachineIsNot()
    {
        _lease.Grant(_lease.Now());
        _time.StepWallClock(TimeSpan.FromSeconds(2));
        Assert.False(_lease.Look().IsValid);
    }

    [Fact]
    public void Look_WallClockSetBack_EndsByTheOtherClock()
    {
        _lease.Grant(_lease.Now());
        _time.StepWallClock(TimeSpan.FromHours(-1));
        Assert.True(_lease.Look().IsValid);
        Assert.Equal(_time.NowUnixMs, _lease.Look().AsOfUnixMs);
        _time.AdvanceMs(2_000);
        Assert.False(_lease.Look().IsValid);
    }

    [Fact]
    public void Drop_EndsItNow()
    {
        _lease.Grant(_lease.Now());
        _lease.Drop();
        Assert.False(_lease.Look().IsValid);
    }
}

using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class BindingTests
{
    public static MatrixTheoryData<SubjectKind, SettlementAccountKind> Accounts => new(
        [.. Enum.GetValues<SubjectKind>(), 0, (SubjectKind)9], [.. Enum.GetValues<SettlementAccountKind>(), (SettlementAccountKind)9]);

    [Theory]
    [MemberData(nameof(Accounts))]
    public void Propose_SettlementAccount_IsOneThatTheSubjectMayUse(SubjectKind subject, SettlementAccountKind account)
    {
        (SubjectKind, SettlementAccountKind)[] allowed =
        [
            (SubjectKind.Person, SettlementAccountKind.OwnPersonal),
            (SubjectKind.SoleTrader, SettlementAccountKind.OwnPersonal),
            (SubjectKind.SoleTrader, SettlementAccountKind.SameNameCompany),
            (SubjectKind.Enterprise, SettlementAccountKind.SameNameCompany),
            (SubjectKind.Enterprise, SettlementAccountKind.ProvenFundsRelation),
            (SubjectKind.Institution, SettlementAccountKind.SameNameCompany),
            (SubjectKind.Institution, SettlementAccountKind.ProvenFundsRelation),
        ];
        var step = BindingLifecycle.Machine.Step(
            BindingState.NotProposed, BindingEvent.Propose, BindingHarness.Good with { Subject = subject, SettlementAccount = account });
        Assert.Equal(allowed.Contains((subject, account)) ? [] : [Refusal.SettlementAccountNotOfSubject], step.Refusals);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Propose_DefaultAccounts_AreExactlyOne(int accounts, bool taken) => Assert.Equal(
        taken, BindingLifecycle.Machine.Step(BindingState.NotProposed, BindingEvent.Propose, BindingHarness.Good with { DefaultAccounts = accounts }).IsTaken);

    [Theory]
    [InlineData(BindingElement.Subject)]
    [InlineData(BindingElement.SettlementAccount)]
    [InlineData(BindingElement.Address)]
    public void Change_OfAnElement_NeedsTheProofOfThatElement(BindingElement element)
    {
        var unproven = BindingHarness.Good with { Changed = element, SubjectVerified = true, CardElementsAgree = true, AddressEvidence = true };
        Assert.True(BindingLifecycle.Machine.Step(BindingState.Effective, BindingEvent.Change, unproven).IsTaken);
        unproven = element switch
        {
            BindingElement.Subject => unproven with { SubjectVerified = false },
            BindingElement.SettlementAccount => unproven with { CardElementsAgree = false },
            _ => unproven with { AddressEvidence = false },
        };
        Assert.Equal([Refusal.NewValueNotVerified], BindingLifecycle.Machine.Step(BindingState.Effective, BindingEvent.Change, unproven).Refusals);
    }

    [Theory]
    [InlineData(BindingElement.None)]
    [InlineData(BindingElement.Acquirer)]
    [InlineData(BindingElement.Merchant)]
    [InlineData((BindingElement)9)]
    public void Change_OfWhatMakesAnotherBinding_IsRefused(BindingElement element) => Assert.Equal(
        [Refusal.ElementNotChangeable],
        BindingLifecycle.Machine.Step(BindingState.Effective, BindingEvent.Change, BindingHarness.Good with { Changed = element }).Refusals);

    [Fact]
    public void Seen_AHoldStands_ShowsAsSuspendedOnlyWhatIsInEffect()
    {
        foreach (var state in Enum.GetValues<BindingState>())
        {
            Assert.Equal(state, BindingLifecycle.Seen(state, holdStands: false));
            Assert.Equal(state is BindingState.Effective or BindingState.Changing ? BindingState.Suspended : state, BindingLifecycle.Seen(state, holdStands: true));
        }
    }

    [Fact]
    public void History_ChangedVersions_AreEachFoundInTheirTime()
    {
        var sn = Given.Sn();
        var history = Begun(100).Change(sn, 200).End(sn, 300);
        Assert.Null(history.AsOf(sn, 99));
        Assert.Equal(1, history.AsOf(sn, 100)?.Version);
        Assert.Equal(1, history.AsOf(sn, 199)?.Version);
        Assert.Equal(2, history.AsOf(sn, 200)?.Version);
        Assert.Equal(2, history.AsOf(sn, 299)?.Version);
        Assert.Null(history.AsOf(sn, 300));
        Assert.Null(history.AsOf(Given.Sn("00005702280117638930"), 200));
    }

    [Fact]
    public void History_NothingOpen_NeitherChangesNorEnds()
    {
        var sn = Given.Sn();
        var history = Begun(100);
        Assert.Same(history, history.Change(sn, 100));
        Assert.Same(history, history.End(sn, 99));
        Assert.Same(history, history.End(sn, 100));
        var ended = history.End(sn, 101);
        Assert.NotSame(history, ended);
        Assert.Same(ended, ended.End(sn, 102));
        Assert.Same(ended, ended.Change(sn, 102));
    }

    [Fact]
    public void History_OfSeveralSerialNumbers_ChangesThatOneAlone()
    {
        var other = Given.Sn("00005702280117638930");
        var history = Begun(100).Begin(other, Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo("77770292"), 100, out _).Change(other, 200).End(other, 300);
        Assert.Equal(1, history.AsOf(Given.Sn(), 300)?.Version);
        Assert.Equal(2, history.AsOf(other, 299)?.Version);
        Assert.Null(history.AsOf(other, 300));
        Assert.Equal(1, history.AsOf(other, 150)?.Life);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void History_AroundTheEndOfABinding_IsFreeFromIt(int ms, bool free)
    {
        var history = Begun(100).End(Given.Sn(), 200);
        Assert.Equal(free, history.IsSnFree(Given.Sn(), 200 + ms));
        Assert.Equal(free, history.IsTerminalNoFree(Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), 200 + ms));
        Assert.False(Begun(100).IsSnFree(Given.Sn(), 1));
        Assert.True(history.IsSnFree(Given.Sn("00005702280117638930"), 150));
    }

    [Fact]
    public void History_TerminalNo_IsUniqueWithinItsMerchantOnly()
    {
        var history = Begun(100);
        var other = Given.Sn("00005702280117638930");
        Assert.Same(history, history.Begin(other, Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), 150, out var refusals));
        Assert.Equal([Refusal.TerminalNoTaken], refusals);
        history.Begin(Given.Sn(), Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), 150, out refusals);
        Assert.Equal([Refusal.SnBoundElsewhere, Refusal.TerminalNoTaken], refusals);
        Assert.True(history.IsTerminalNoFree(Given.Acquirer("48025841"), Given.MerchantNo(), Given.TerminalNo(), 150));
        Assert.True(history.IsTerminalNoFree(Given.Acquirer(), Given.MerchantNo("898440359120004"), Given.TerminalNo(), 150));
        Assert.True(history.IsTerminalNoFree(Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo("77770292"), 150));
    }

    private static BindingHistory Begun(long from) =>
        BindingHistory.Empty.Begin(Given.Sn(), Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), from, out _);
}

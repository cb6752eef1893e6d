using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>What holds of every machine whatever happens, and of holds however many; each failure prints the seed to run it again.</summary>
public class MachineProperties
{
    [Theory]
    [MemberData(nameof(MachineTests.Names), MemberType = typeof(MachineTests))]
    public void Step_AnyEventsWithAnyFacts_StayDefinedAndNeverLeaveAFinalState(string name) =>
        Prop.ForAll<int, PositiveInt>((seed, length) => Walk(MachineTests.Of(name), new Random(seed), length.Get * 4)).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_OneMore_NeverMakesFewerStand() => Prop.ForAll<int, int>((seed, ms) =>
    {
        var random = new Random(seed);
        var book = HoldBook.Empty;
        for (var i = 0; i < 12; i++)
        {
            var more = book.Place(HoldByChance(random));
            Assert.True(book.StandingAt(ms).ToHashSet().IsSubsetOf(more.StandingAt(ms)));
            book = random.Next(4) == 0 ? more.Lift($"{random.Next(20)}", random.Next(-50, 50)) : more;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_AnOrder_StandsForItsWholeTermWhateverStoodBefore() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var book = HoldBook.Empty;
        for (var i = 0; i < 12; i++)
        {
            // Few of each, so that many orders are alike.
            var order = HoldByChance(random) with
            {
                Id = $"{i}", Authority = HoldAuthority.AcquirerRisk, DocumentRef = $"d{random.Next(2)}", Target = HoldTarget.Merchant, RefundsPass = random.Next(2) == 0, Organ = $"o{random.Next(2)}",
            };
            book = book.Place(order);
            for (var ms = -50; ms < 110; ms++)
            {
                Assert.True(!order.ToRecord().StandsAt(ms) || book.All.Any(hold => hold.ToRecord().StandsAt(ms) && hold.Organ == order.Organ && (!hold.RefundsPass || order.RefundsPass)));
            }

            book = random.Next(4) == 0 ? book.Lift($"{random.Next(i + 1)}", random.Next(-50, 50)) : book;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_AsTheyAreKept_StandExactlyWhenTheirRecordsDo() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var from = random.Next(1, 50);
        var (until, lifted) = (random.Next(3) == 0 ? 0 : from + random.Next(0, 60), random.Next(2) == 0 ? 0 : random.Next(1, 110));
        for (var ms = 0; ms < 120; ms++)
        {
            Assert.Equal(new Hold(HoldKind.Risk, HoldTarget.Merchant, from, until).StandsAt(ms), PlacedHold.KeptAt(from, until, lifted, ms) is HoldStatus.Standing);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_InARecord_StandExactlyWhenThoseInTheBookDo() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var hold = HoldByChance(random) with { LiftedAtUnixMs = random.Next(2) == 0 ? 0 : random.Next(1, 60) };
        for (var ms = -5; ms < 60; ms++)
        {
            Assert.Equal(hold.At(ms) is HoldStatus.Standing, hold.ToRecord().StandsAt(ms));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bindings_AnyChanges_LeaveAtMostOneInEffectAndThePastAsItWas() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var sn = Given.Sn();
        var history = BindingHistory.Empty;
        for (var now = 1; now < 40; now++)
        {
            var before = history;
            history = random.Next(3) switch
            {
                0 => history.Begin(sn, Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), now, out _),
                1 => history.Change(sn, now),
                _ => history.End(sn, now),
            };
            for (var at = 0; at < 45; at++)
            {
                Assert.InRange(history.Periods.Count(period => period.IsInEffectAt(at)), 0, 1);
                Assert.Equal(at < now ? Named(before.AsOf(sn, at)) : Named(history.AsOf(sn, at)), Named(history.AsOf(sn, at)));
            }
        }

        static (int, long)? Named(BindingPeriod? period) => period is null ? null : (period.Life, period.Version);
    }).QuickCheckThrowOnFailure();

    private static void Walk(Harness machine, Random random, int steps)
    {
        var states = machine.States.ToImmutableDictionary(row => row.State);
        var state = machine.States[0].State;
        for (var i = 0; i < steps; i++)
        {
            // Half of the events are those of the state: otherwise a walk would hardly ever get past the beginning.
            var fitting = machine.Rows.Where(row => row.From == state).Select(row => row.Event).ToArray();
            var @event = fitting.Length > 0 && random.Next(2) == 0 ? fitting[random.Next(fitting.Length)] : machine.Events[random.Next(machine.Events.Length)];
            var step = machine.StepRandom(state, @event, random);
            Assert.Contains(step.State, states);
            Assert.True(step.Codes.IsEmpty || step.State == state, $"{state} {@event} was refused and went to {step.State}");
            Assert.True(states[state].Stay is not Stay.Final || !step.Codes.IsEmpty, $"{state} is final and was left by {@event}");
            Assert.True(!step.Codes.IsEmpty || fitting.Contains(@event), $"{state} {@event} has no row and was taken");
            state = step.State;
        }
    }

    private static PlacedHold HoldByChance(Random random)
    {
        var from = random.Next(-50, 50);
        return new PlacedHold(
            $"{random.Next(20)}", (HoldAuthority)random.Next(1, 9), random.Next(3) == 0 ? "" : $"d{random.Next(6)}", (HoldTarget)random.Next(1, 4),
            from, random.Next(3) == 0 ? 0 : from + random.Next(0, 60));
    }
}

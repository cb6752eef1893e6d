using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// Writes of holds as commands of the store: what the state machine of holds allows is decided under the head's lock, on the rows as
/// they are then. Pure but for the store that is handed in; safe from many threads.
/// </summary>
internal static class HoldCommands
{
    /// <summary>Places a hold, or makes the term of one longer.</summary>
    public static ValueTask<HoldChange> PlaceAsync(ISystemOfRecord store, HoldPlacing asked, CancellationToken cancel)
    {
        var (acquirer, on) = (asked.Origin.Acquirer, HoldViews.SubjectOf(asked.On));
        var isNew = asked.Renewed.Length == 0;
        // Given here and not by the caller: who may choose ids could find out by them which there are.
        var key = new HoldKey(acquirer, isNew ? NewId() : HoldViews.IdOf(asked.Renewed));
        var wanted = new Wanted { Holds = { key } };
        wanted.AddTarget(acquirer, on);
        return RunAsync(store, asked.Origin, isNew ? "place hold" : "renew hold", wanted, isNew ? unit => Place(unit, asked, key, on) : unit => Renew(unit, asked, key, on), cancel);
    }

    /// <summary>Ends a hold.</summary>
    public static async ValueTask<HoldChange> LiftAsync(ISystemOfRecord store, HoldLifting asked, CancellationToken cancel)
    {
        var key = new HoldKey(asked.Origin.Acquirer, HoldViews.IdOf(asked.HoldId));
        // What the hold stands on is wanted too, and known only once it is found. It never changes, so it may be looked up before.
        var wanted = new Wanted { Holds = { key } };
        var found = await store.FindHoldAsync(key, cancel);
        if (found is not null)
        {
            wanted.AddTarget(key.Acquirer, found.Row.On);
        }

        // One that is placed between the look and the write was not there when it was asked for.
        return await RunAsync(store, asked.Origin, "lift hold", wanted, found is null ? NotFound : unit => Lift(unit, asked, key), cancel);
    }

    private static async ValueTask<HoldChange> RunAsync(
        ISystemOfRecord store, HoldOrigin origin, string action, Wanted wanted, Action<WriteUnit> apply, CancellationToken cancel)
    {
        if (!RequestId.TryParse(origin.RequestId, out var request, out var broken))
        {
            throw new ArgumentException(broken.Sentence, nameof(origin));
        }

        var command = new StoreCommand(new CommandOrigin(new RequestKey(origin.Acquirer, request), origin.BodyHash, origin.Actor, action), wanted, apply);
        try
        {
            var done = await store.WriteAsync(command, cancel);
            var (hold, stoodAlready) = HoldAnswer.Read(done.Result.Span);
            return new HoldChange(hold, done.Revision, Refusal: null) { StoodAlready = stoodAlready, IsRepeat = done.IsRepeat };
        }
        catch (HoldRefusedException refused)
        {
            return new HoldChange(Hold: null, 0, refused.Refusal);
        }
        catch (WriteRefusedException refused) when (KindOf(refused.Rule) is { } kind)
        {
            return new HoldChange(Hold: null, 0, new HoldRefusal(kind));
        }
    }

    private static HoldRefusalKind? KindOf(string rule) => rule switch
    {
        "STORE_REQUEST_REUSED" => HoldRefusalKind.RequestReused,
        "STORE_HOLD_COUNT" => HoldRefusalKind.TooMany,
        _ => null,
    };

    private static void Place(WriteUnit unit, HoldPlacing asked, HoldKey key, HoldSubject on)
    {
        if (!IsThere(unit, key.Acquirer, on))
        {
            throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.TargetNotFound));
        }

        var now = unit.NowUnixMs;
        var from = asked.EffectiveAtUnixMs == 0 ? now : asked.EffectiveAtUnixMs;
        if (StandingBySameOrder(unit, asked, key.Acquirer, on, from) is { } stands)
        {
            Answer(unit, stands, stoodAlready: true);
            return;
        }

        var facts = new HoldFacts
        {
            NowUnixMs = now,
            Authority = asked.Authority,
            Target = on.Target,
            Role = asked.Origin.Role,
            FirstPerson = asked.Origin.Person,
            DocumentNamed = asked.DocumentNo.Length > 0,
            EffectiveAtUnixMs = from,
            UntilUnixMs = asked.UntilUnixMs,
        };
        var refusals = HoldLifecycle.Machine.Step(HoldState.NotPlaced, HoldEvent.Place, facts).Refusals;
        if (asked.UntilUnixMs != 0 && asked.UntilUnixMs <= now && !refusals.Contains(Refusal.TermEmpty))
        {
            // It would be over before it is known.
            refusals = refusals.Add(Refusal.TermEmpty);
        }

        Require(refusals);
        Put(unit, new HoldRow(key.Acquirer, key.Id, HoldRules.Of(asked.Authority)!.Kind, on, from, asked.UntilUnixMs)
        {
            RefundsPass = asked.RefundsPass,
            Authority = asked.Authority,
            DocumentNo = asked.DocumentNo,
            Organ = asked.Organ,
            Reason = asked.Reason,
            PlacedBy = asked.Origin.Person,
            PlacedAtUnixMs = now,
        });
    }

    private static void Renew(WriteUnit unit, HoldPlacing asked, HoldKey key, HoldSubject on)
    {
        var hold = Find(unit, key, HoldRules.Of(asked.Authority)?.Kind);
        if (hold.Row.On != on || AuthorityOf(hold.Row) != asked.Authority)
        {
            throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.HoldNotFound));
        }

        RequireVersion(hold, asked.ExpectedVersion);
        var facts = FactsOf(unit, hold.Row, asked.Origin, asked.Organ, asked.DocumentNo) with { Renewals = hold.Row.Renewals, RenewedUntilUnixMs = asked.UntilUnixMs };
        Require(HoldLifecycle.Machine.Step(StateOf(hold.Row, unit.NowUnixMs), HoldEvent.Renew, facts).Refusals);
        Put(unit, hold.Row with
        {
            UntilUnixMs = asked.UntilUnixMs,
            DocumentNo = asked.DocumentNo.Length > 0 ? asked.DocumentNo : hold.Row.DocumentNo,
            Reason = asked.Reason.Length > 0 ? asked.Reason : hold.Row.Reason,
            // A lift that was to come is taken back: it had set the end that is moved here.
            LiftedAtUnixMs = 0,
            LiftedBy = "",
            LiftDocumentNo = "",
            Renewals = hold.Row.Renewals + 1,
        });
    }

    private static void NotFound(WriteUnit unit) => throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.HoldNotFound));

    private static void Lift(WriteUnit unit, HoldLifting asked, HoldKey key)
    {
        var hold = Find(unit, key, asked.Kind);
        RequireVersion(hold, asked.ExpectedVersion == 0 ? null : asked.ExpectedVersion);
        var facts = FactsOf(unit, hold.Row, asked.Origin, asked.Organ, asked.DocumentNo) with
        {
            SecondPerson = asked.SecondPerson,
            StepUpPassed = asked.StepUpPassed,
            ConditionFulfilled = asked.ConditionFulfilled,
        };
        Require(HoldLifecycle.Machine.Step(StateOf(hold.Row, unit.NowUnixMs), HoldEvent.Lift, facts).Refusals);
        var (row, at) = (hold.Row, Math.Max(unit.NowUnixMs, asked.LiftAtUnixMs));
        // One that has not begun never will: it ends as it begins.
        var until = Math.Max(row.UntilUnixMs == 0 ? at : Math.Min(row.UntilUnixMs, at), row.EffectiveAtUnixMs);
        if (row.LiftedAtUnixMs > 0 && row.LiftedAtUnixMs <= at && row.UntilUnixMs == until)
        {
            // It is to be lifted sooner already.
            Answer(unit, hold, stoodAlready: false);
            return;
        }

        Put(unit, row with
        {
            UntilUnixMs = until,
            LiftedAtUnixMs = at,
            LiftedBy = asked.SecondPerson.Length == 0 ? asked.Origin.Person : $"{asked.Origin.Person}, {asked.SecondPerson}",
            LiftDocumentNo = asked.DocumentNo,
        });
    }

    private static HoldFacts FactsOf(WriteUnit unit, HoldRow row, HoldOrigin origin, string organ, string documentNo) => new()
    {
        NowUnixMs = unit.NowUnixMs,
        Authority = AuthorityOf(row),
        Target = row.On.Target,
        Role = origin.Role,
        FirstPerson = origin.Person,
        DocumentNamed = documentNo.Length > 0,
        // Where the organ was not kept, the role alone decides.
        IsOrganThatPlacedIt = row.Organ.Length == 0 || string.Equals(row.Organ, organ, StringComparison.Ordinal),
        EffectiveAtUnixMs = row.EffectiveAtUnixMs,
        UntilUnixMs = row.UntilUnixMs,
    };

    /// <summary>The authority of a hold; of one that was written without, the first of its kind, whose rules of lifting are those of all.</summary>
    private static HoldAuthority AuthorityOf(HoldRow row) => row.Authority ?? HoldRules.All.First(rule => rule.Kind == row.Kind).Authority;

    /// <summary>Where the hold stands in its life; no job has to have run for that.</summary>
    private static HoldState StateOf(HoldRow row, long nowUnixMs) =>
        PlacedHold.KeptAt(row.EffectiveAtUnixMs, row.UntilUnixMs, row.LiftedAtUnixMs, nowUnixMs) switch
        {
            HoldStatus.Lifted => HoldState.Lifted,
            HoldStatus.Lapsed => HoldState.Lapsed,
            _ => HoldState.Placed,
        };

    /// <summary>A second order of the same document is the first one where that does all that it asks for: a freeze is not doubled by being sent twice.</summary>
    private static StoredHold? StandingBySameOrder(WriteUnit unit, HoldPlacing asked, AcquirerId acquirer, HoldSubject on, long fromUnixMs)
    {
        // What would have been before now is no longer asked of anybody.
        var order = new PlacedHold("", asked.Authority, asked.DocumentNo, on.Target, Math.Max(unit.NowUnixMs, fromUnixMs), asked.UntilUnixMs, RefundsPass: asked.RefundsPass)
        {
            Organ = asked.Organ,
        };
        return unit.HoldsOn(acquirer, on)
            .Where(row => row.Authority is { } authority
                && new PlacedHold("", authority, row.DocumentNo, on.Target, row.EffectiveAtUnixMs, row.UntilUnixMs, RefundsPass: row.RefundsPass) { Organ = row.Organ }.Covers(order))
            .Select(row => unit.Find(new HoldKey(row.Acquirer, row.Id)))
            .FirstOrDefault();
    }

    private static bool IsThere(WriteUnit unit, AcquirerId acquirer, HoldSubject on) => on switch
    {
        { IdentityId: { } identity } => unit.Find(new IdentityKey(acquirer, identity)) is not null,
        { MerchantNo: { } merchant } => unit.Find(new MerchantKey(acquirer, merchant)) is not null,
        { CardFingerprint: { } card } => unit.Find(new CardKey(acquirer, card)) is not null,
        { TerminalSn: { } terminal } => unit.Find(new TerminalKey(acquirer, terminal)) is not null,
        _ => false,
    };

    /// <summary>The hold of that kind. One of another kind is not there for whoever asks: being told of it would be telling.</summary>
    private static StoredHold Find(WriteUnit unit, HoldKey key, HoldKind? kind) =>
        unit.Find(key) is { } hold && hold.Row.Kind == kind ? hold : throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.HoldNotFound));

    private static void RequireVersion(StoredHold hold, long? expected)
    {
        if (expected is { } wanted && wanted != hold.Version)
        {
            throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.VersionStale, [], hold.Version));
        }
    }

    private static void Require(System.Collections.Immutable.ImmutableArray<Refusal> refusals)
    {
        if (!refusals.IsDefaultOrEmpty)
        {
            throw new HoldRefusedException(new HoldRefusal(HoldRefusalKind.Guards, refusals));
        }
    }

    private static void Put(WriteUnit unit, HoldRow row)
    {
        unit.Put(row);
        Answer(unit, unit.Find(new HoldKey(row.Acquirer, row.Id))!, stoodAlready: false);
    }

    private static void Answer(WriteUnit unit, StoredHold hold, bool stoodAlready) => unit.Result = HoldAnswer.Of(HoldViews.Of(hold), stoodAlready);

    private static EntityId NewId() => HoldViews.IdOf("h-" + Guid.NewGuid().ToString("N"));
}

/// <summary>A write of a hold is refused, inside the command that does it; leaves the store as <see cref="HoldChange.Refusal"/>.</summary>
/// <param name="refusal">Why.</param>
internal sealed class HoldRefusedException(HoldRefusal refusal) : Exception($"The write of a hold is refused: {refusal.Kind}.")
{
    /// <summary>Why.</summary>
    public HoldRefusal Refusal { get; } = refusal;
}

using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Generating;

/// <summary>Which fleet to generate. The same specification gives the same bytes, on every machine and in every run.</summary>
/// <param name="Seed">Any number: another one, another fleet.</param>
/// <param name="Terminals">How many terminals, 1 to 50,000,000.</param>
public sealed record FleetSpec(ulong Seed, int Terminals)
{
    /// <summary>The most terminals.</summary>
    public const int MostTerminals = 50_000_000;

    /// <summary>
    /// The day for which the expected reasons hold. Documents and holds end as time goes by, as everywhere: the fewer, the nearer a
    /// check is to that day. Fixed unless told, so that files do not change with the calendar.
    /// </summary>
    public DateOnly AsOf { get; init; } = new(2026, 11, 22);

    /// <summary>Noon (UTC) of <see cref="AsOf"/>, Unix milliseconds.</summary>
    public long AsOfUnixMs => new DateTimeOffset(AsOf, new TimeOnly(12, 0), TimeSpan.Zero).ToUnixTimeMilliseconds();
}

/// <summary>One line of a generated fleet.</summary>
/// <param name="Row">An acquirer, identity, card, merchant, terminal or hold, as the storage's rows.</param>
/// <param name="Note">What the line's note says.</param>
/// <param name="Expected">With a terminal: the first reason of a sale on the day of <see cref="FleetSpec.AsOf"/>; <see cref="Reason.Ok"/> when it is allowed.</param>
/// <param name="SentMerchant">With a terminal: the merchant number that it sends, which is not the filed one of a device that was moved.</param>
public readonly record struct FleetLine(object Row, string Note = "", Reason Expected = default, MerchantNo SentMerchant = default);

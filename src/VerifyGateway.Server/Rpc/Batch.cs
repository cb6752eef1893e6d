using System.Globalization;
using VerifyGateway.Server.Faults;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Rpc;

/// <summary>The size that a batch may have.</summary>
internal static class Batch
{
    /// <summary>Refuses an empty batch and one that is too large.</summary>
    /// <exception cref="GatewayException">The batch has not 1 to <paramref name="most"/> items.</exception>
    public static void RequireSize(int count, int most, string field)
    {
        if (count < 1 || count > most)
        {
            var description = string.Create(CultureInfo.InvariantCulture, $"A batch has 1 to {most} items, not {count}.");
            throw GatewayException.Invalid([new FieldViolation { Field = field, Rule = "BATCH_SIZE", Description = description }]);
        }
    }
}

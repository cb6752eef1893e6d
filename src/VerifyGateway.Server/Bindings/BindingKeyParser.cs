using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Bindings;

/// <summary>Turns a binding's key into a look-up, or names every field that is not well formed.</summary>
internal static class BindingKeyParser
{
    /// <summary>Parses a key; the look-up is meaningful only when no violation was found.</summary>
    public static BindingLookup Parse(BindingKey? key, Caller caller, ref Violations violations)
    {
        if (key is null)
        {
            violations.Add("", "INPUT_MISSING", "This field is needed.");
            return default;
        }

        var acquirer = CheckParser.ParseAcquirer(key.AcquirerId, caller, ref violations);
        switch (key.TerminalCase)
        {
            case BindingKey.TerminalOneofCase.TerminalSn:
                if (!TerminalSn.TryParse(key.TerminalSn, out var sn, out var broken))
                {
                    violations.Add("terminal_sn", key.TerminalSn, broken);
                }

                return new BindingLookup(acquirer, sn, default, default);
            case BindingKey.TerminalOneofCase.Numbers:
                return ParseNumbers(acquirer, key.Numbers, ref violations);
            default:
                violations.Add("terminal", "INPUT_MISSING", "Either terminal_sn or numbers is needed.");
                return default;
        }
    }

    private static BindingLookup ParseNumbers(AcquirerId acquirer, TerminalNumbers numbers, ref Violations violations)
    {
        if (!TerminalNo.TryParse(numbers.TerminalNo, out var terminalNo, out var broken))
        {
            violations.Add("numbers.terminal_no", numbers.TerminalNo, broken);
        }

        if (!MerchantNo.TryParse(numbers.MerchantNo, out var merchantNo, out broken))
        {
            violations.Add("numbers.merchant_no", numbers.MerchantNo, broken);
        }

        return new BindingLookup(acquirer, Sn: null, terminalNo, merchantNo);
    }
}

using System.CommandLine;

namespace VerifyGateway.Cli.Demo;

/// <summary>An option that takes the address of a server.</summary>
internal static class AddressOption
{
    /// <summary>Makes the option; what is not an address like <c>http://127.0.0.1:8081</c> is refused in a sentence.</summary>
    public static Option<Uri> Make(string name, string description) => new(name)
    {
        Description = description,
        Required = true,
        CustomParser = given =>
        {
            if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https"))
            {
                return address;
            }

            given.AddError($"{name} takes an address like http://127.0.0.1:8081.");
            return null!;
        },
    };
}

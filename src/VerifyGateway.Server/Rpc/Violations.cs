using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Rpc;

/// <summary>Collects every offending field of a request; costs nothing while there is none.</summary>
/// <param name="collection">Name of the repeated field that the message is an item of; empty for a message of its own.</param>
/// <param name="index">Place in it.</param>
internal struct Violations(string collection = "", int index = 0)
{
    private List<FieldViolation>? _found;

    /// <summary>The offending fields.</summary>
    public readonly IReadOnlyList<FieldViolation> Found => _found ?? [];

    /// <summary>True when none was found.</summary>
    public readonly bool None => _found is null;

    /// <summary>Adds a field that breaks an identifier's rule; an empty field counts as missing.</summary>
    public void Add(string field, string value, IdentifierRule broken)
    {
        if (value.Length == 0)
        {
            Add(field, "INPUT_MISSING", "This field is needed.");
        }
        else
        {
            Add(field, broken.Code, broken.Sentence);
        }
    }

    /// <summary>Adds a field that breaks a rule, unless the rule holds.</summary>
    public void Require(bool holds, string field, string rule, string description)
    {
        if (!holds)
        {
            Add(field, rule, description);
        }
    }

    /// <summary>Adds a field that breaks a rule.</summary>
    public void Add(string field, string rule, string description)
    {
        var path = collection.Length == 0 ? field : string.Create(CultureInfo.InvariantCulture, $"{collection}[{index}].{field}");
        (_found ??= []).Add(new FieldViolation { Field = path, Rule = rule, Description = description });
    }
}

using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Rpc;

/// <summary>Collects every offending field of a request; costs nothing while there is none. The default value is for the request itself.</summary>
internal struct Violations
{
    private readonly string? _parent;
    private readonly int? _index;
    private List<FieldViolation>? _found;

    /// <summary>For a message that a field of the request holds.</summary>
    /// <param name="parent">The field's name.</param>
    /// <param name="index">The message's place in it, when the field is repeated.</param>
    public Violations(string parent, int? index = null) => (_parent, _index) = (parent, index);

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

    /// <summary>Adds a field that breaks a rule; an empty name stands for the whole message.</summary>
    public void Add(string field, string rule, string description) =>
        (_found ??= []).Add(new FieldViolation { Field = PathOf(field), Rule = rule, Description = description });

    /// <summary>The path of a field from the root of the request.</summary>
    private readonly string PathOf(string field)
    {
        var parent = _index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{_parent}[{index}]") : _parent ?? "";
        return parent.Length == 0 ? field : field.Length == 0 ? parent : $"{parent}.{field}";
    }
}

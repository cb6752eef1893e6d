using System.Collections.Immutable;

namespace VerifyGateway.Domain.Policies;

/// <summary>What has been found wrong so far: all of it up to a number that a person can still read, and how many more there were.</summary>
internal sealed class ErrorList
{
    private const int Most = 1_000;

    private readonly List<PolicyError> _errors = [];
    private int _more;

    public void Add(string place, string code, string sentence)
    {
        if (_errors.Count < Most)
        {
            _errors.Add(new PolicyError(place, code, sentence));
        }
        else
        {
            _more++;
        }
    }

    /// <summary>Adds the error unless the condition holds.</summary>
    public void Require(bool holds, string place, string code, string sentence)
    {
        if (!holds)
        {
            Add(place, code, sentence);
        }
    }

    public ImmutableArray<PolicyError> ToArray() => _more == 0
        ? [.. _errors]
        : [.. _errors, new PolicyError("", "MORE_ERRORS", $"{_more} more errors are not listed.")];
}

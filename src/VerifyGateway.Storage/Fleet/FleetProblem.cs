using System.Globalization;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Fleet;

/// <summary>One thing that is wrong with a fleet file.</summary>
/// <param name="Line">The line, from 1; 0 when the file as a whole is meant.</param>
/// <param name="Field">The field; empty when the line as a whole is meant.</param>
/// <param name="Rule">Stable code of the rule, for example <c>MID_LENGTH</c>.</param>
/// <param name="Sentence">What the rule asks; holds no value of the file.</param>
public sealed record FleetProblem(int Line, string Field, string Rule, string Sentence)
{
    internal FleetProblem(int line, string field, IdentifierRule rule)
        : this(line, field, rule.Code, rule.Sentence)
    {
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Line == 0 ? "the file" : $"line {Line}")}{(Field.Length == 0 ? "" : $", {Field}")}: {Rule}: {Sentence}");
}

/// <summary>A fleet file has problems; nothing of it was loaded.</summary>
public sealed class SeedException : Exception
{
    private const int Told = 20;

    /// <summary>Takes problems and how many there are in all; the message tells the first 20.</summary>
    public SeedException(string file, IReadOnlyList<FleetProblem> problems, long count, Exception? cause = null)
        : base(Tell(file, problems, count), cause) => Problems = problems;

    /// <summary>The problems, in the order of lines.</summary>
    public IReadOnlyList<FleetProblem> Problems { get; }

    private static string Tell(string file, IReadOnlyList<FleetProblem> problems, long count)
    {
        var first = string.Join('\n', problems.Take(Told).Select(static problem => "  " + problem));
        var more = count > Told ? string.Create(CultureInfo.InvariantCulture, $"\n  and {count - Told} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"The seed file '{file}' has {count} problem(s) and nothing of it was loaded:\n{first}{more}");
    }
}

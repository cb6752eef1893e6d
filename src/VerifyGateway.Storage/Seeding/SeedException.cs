using System.Globalization;

namespace VerifyGateway.Storage.Seeding;

/// <summary>One thing that is wrong with a seed file.</summary>
/// <param name="Line">The line, from 1; 0 when the file as a whole is meant.</param>
/// <param name="Field">The field; empty when the line as a whole is meant.</param>
/// <param name="Rule">Stable code of the rule, for example <c>MID_LENGTH</c>.</param>
/// <param name="Sentence">What the rule asks; holds no value of the file.</param>
public sealed record SeedProblem(int Line, string Field, string Rule, string Sentence)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Line == 0 ? "the file" : $"line {Line}")}{(Field.Length == 0 ? "" : $", {Field}")}: {Rule}: {Sentence}");
}

/// <summary>A seed file has problems; nothing of it was loaded.</summary>
public sealed class SeedException : Exception
{
    private const int Told = 20;

    /// <summary>Takes all problems; the message tells the first 20.</summary>
    public SeedException(string file, IReadOnlyList<SeedProblem> problems, Exception? cause = null)
        : base(Tell(file, problems), cause) => Problems = problems;

    /// <summary>Every problem, in the order of lines.</summary>
    public IReadOnlyList<SeedProblem> Problems { get; }

    private static string Tell(string file, IReadOnlyList<SeedProblem> problems)
    {
        var first = string.Join('\n', problems.Take(Told).Select(static problem => "  " + problem));
        var more = problems.Count > Told ? string.Create(CultureInfo.InvariantCulture, $"\n  and {problems.Count - Told} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"The seed file '{file}' has {problems.Count} problem(s) and nothing of it was loaded:\n{first}{more}");
    }
}

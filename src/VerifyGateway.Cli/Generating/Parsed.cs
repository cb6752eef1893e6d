using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Cli.Generating;

/// <summary>Makes identifiers of texts that the generator has made itself: one that breaks a rule is a mistake of the generator.</summary>
internal static class Parsed
{
    public delegate bool Parser<T>(string text, out T value, [NotNullWhen(false)] out IdentifierRule? broken);

    /// <summary>The identifier.</summary>
    /// <exception cref="InvalidOperationException">The text breaks a rule.</exception>
    public static T As<T>(string text, Parser<T> parser) =>
        parser(text, out var value, out var broken) ? value : throw new InvalidOperationException($"The generator has made '{text}', which is none: {broken}");
}

using System.Reflection;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>Every rule that the domain knows, found where rules are kept: in static fields.</summary>
internal static class IdentifierRules
{
    public static IReadOnlyList<IdentifierRule> All { get; } =
    [
        .. typeof(IdentifierRule).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType == typeof(IdentifierRule))
            .Select(field => (IdentifierRule)field.GetValue(null)!),
    ];
}

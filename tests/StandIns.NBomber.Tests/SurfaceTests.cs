using System.Reflection;
using NBomber.Data.CSharp;

namespace NBomberStandIn.Tests;

/// <summary>
/// The public surface, member by member: what the package has under the same names and with the same parameters, and the few
/// members beyond it. A program that is to run on the package as well must not name the latter.
/// </summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Surface_IsThePackagesAndTheListedAdditions()
    {
        var expected = PackageSurface.Members.Concat(PackageSurface.Additions).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Actual().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Surface_NoMemberIsOnBothLists() => Assert.Empty(PackageSurface.Members.Intersect(PackageSurface.Additions));

    [Fact]
    public void Additions_SayInTheirDocumentationThatTheyAre()
    {
        var xml = System.Xml.Linq.XDocument.Load(Path.ChangeExtension(typeof(Response).Assembly.Location, ".xml"));
        var said = xml.Descendants("member").Where(member => member.Value.Contains("Beyond the package", StringComparison.Ordinal)).Select(member => (string)member.Attribute("name")!);
        var properties = PackageSurface.Additions.Where(addition => addition.StartsWith("NodeStats.", StringComparison.Ordinal) || addition.StartsWith("ScenarioStats.", StringComparison.Ordinal) || addition.StartsWith("StepStats.", StringComparison.Ordinal)
            || addition.StartsWith("LatencyStats.", StringComparison.Ordinal) || addition.StartsWith("MeasurementStats.", StringComparison.Ordinal));
        Assert.Equal(properties.Order(), said.Where(name => name.StartsWith("P:", StringComparison.Ordinal)).Select(name => string.Join('.', name.Split('.')[^2..])).Order());
    }

    private static IEnumerable<string> Actual() =>
        new[] { typeof(Response).Assembly, typeof(DataFeed).Assembly }.SelectMany(assembly => assembly.GetExportedTypes()).SelectMany(MembersOf);

    private static IEnumerable<string> MembersOf(Type type)
    {
        var name = NameOf(type);
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(value => $"{name}.{value}={(int)Enum.Parse(type, value)}");
        }

        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var generated = type.GetMethods(Own).Where(method => method.IsSpecialName || IsOfEveryRecord(method, type)).ToHashSet();
        return
        [
            .. type.GetProperties(Own).Where(property => property.Name != "EqualityContract").Select(property => $"{name}.{property.Name}"),
            .. type.GetMethods(Own).Where(method => !generated.Contains(method)).Select(method =>
                $"{name}.{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.Name}: {NameOf(parameter.ParameterType)}{(parameter.IsOptional ? "?" : "")}"))})"),
        ];
    }

    /// <summary>F# records have these too.</summary>
    private static bool IsOfEveryRecord(MethodInfo method, Type type) =>
        method.Name is "Equals" or "GetHashCode" or "ToString" or "<Clone>$" || (method.Name == "Dispose" && typeof(IDisposable).IsAssignableFrom(type));

    private static string NameOf(Type type)
    {
        var name = type.Name.Split('`')[0];
        return type.IsArray ? NameOf(type.GetElementType()!) + "[]"
            : Nullable.GetUnderlyingType(type) is { } inner ? NameOf(inner) + "?"
            : type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}

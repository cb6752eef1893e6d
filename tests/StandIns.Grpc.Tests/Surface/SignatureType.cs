using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace GrpcStandIns.Tests.Surface;

/// <summary>A type as it stands in a signature: its whole text and, for a generic one, what it is made of.</summary>
internal sealed record SignatureType(string Text, string Definition, ImmutableArray<string> Arguments)
{
    internal static SignatureType Of(string text) => new(text, text, []);
}

/// <summary>
/// Writes signatures as text that is the same for a reference and for its definition. Types of the libraries under test are written
/// with their assembly, since a reference names it; the others are not, since they are forwarded between assemblies.
/// </summary>
internal sealed class SignatureTypes : ISignatureTypeProvider<SignatureType, ImmutableArray<string>>
{
    internal static readonly SignatureTypes Instance = new();

    private const byte ValueTypeKind = 0x11;

    internal static string Method(MethodSignature<SignatureType> signature)
    {
        var place = signature.Header.IsInstance ? "instance" : "static";
        var generic = signature.GenericParameterCount == 0 ? "" : $"<{signature.GenericParameterCount}>";
        return $"{place} {signature.ReturnType.Text}{generic}({string.Join(", ", signature.ParameterTypes.Select(type => type.Text))})";
    }

    internal static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        return outer.IsNil
            ? Qualified(reader.GetString(reader.GetAssemblyDefinition().Name), reader.GetString(type.Namespace), reader.GetString(type.Name))
            : $"{NameOf(reader, outer)}+{reader.GetString(type.Name)}";
    }

    internal static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}+{name}",
            HandleKind.AssemblyReference => Qualified(
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                reader.GetString(type.Namespace),
                name),
            _ => Qualified("", reader.GetString(type.Namespace), name),
        };
    }

    public SignatureType GetPrimitiveType(PrimitiveTypeCode typeCode) => SignatureType.Of(typeCode.ToString());

    public SignatureType GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        OfKind(NameOf(reader, handle), rawTypeKind);

    public SignatureType GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        OfKind(NameOf(reader, handle), rawTypeKind);

    public SignatureType GetTypeFromSpecification(MetadataReader reader, ImmutableArray<string> genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public SignatureType GetGenericInstantiation(SignatureType genericType, ImmutableArray<SignatureType> typeArguments)
    {
        var arguments = typeArguments.Select(type => type.Text).ToImmutableArray();
        return new SignatureType($"{genericType.Text}<{string.Join(", ", arguments)}>", genericType.Definition, arguments);
    }

    // The context holds the arguments that a derived type gives to its base; a type seen by itself has none, and its parameters stay open.
    public SignatureType GetGenericTypeParameter(ImmutableArray<string> genericContext, int index) =>
        SignatureType.Of(index < genericContext.Length ? genericContext[index] : $"!{index}");

    public SignatureType GetGenericMethodParameter(ImmutableArray<string> genericContext, int index) => SignatureType.Of($"!!{index}");

    public SignatureType GetSZArrayType(SignatureType elementType) => SignatureType.Of($"{elementType.Text}[]");

    public SignatureType GetArrayType(SignatureType elementType, ArrayShape shape) =>
        SignatureType.Of($"{elementType.Text}[{new string(',', shape.Rank - 1)}]");

    public SignatureType GetByReferenceType(SignatureType elementType) => SignatureType.Of($"{elementType.Text}&");

    public SignatureType GetPointerType(SignatureType elementType) => SignatureType.Of($"{elementType.Text}*");

    public SignatureType GetPinnedType(SignatureType elementType) => elementType;

    public SignatureType GetModifiedType(SignatureType modifier, SignatureType unmodifiedType, bool isRequired) =>
        SignatureType.Of($"{unmodifiedType.Text} {(isRequired ? "modreq" : "modopt")}({modifier.Text})");

    public SignatureType GetFunctionPointerType(MethodSignature<SignatureType> signature) => SignatureType.Of($"fnptr {Method(signature)}");

    private static SignatureType OfKind(string name, byte rawTypeKind) =>
        new(rawTypeKind == ValueTypeKind ? $"valuetype {name}" : name, name, []);

    private static string Qualified(string assembly, string space, string name)
    {
        var full = space.Length == 0 ? name : $"{space}.{name}";
        return assembly.StartsWith("Grpc.", StringComparison.Ordinal) ? $"[{assembly}]{full}" : full;
    }
}

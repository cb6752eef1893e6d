using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace VerifyGateway.TestKit;

/// <summary>
/// Tells what one assembly binds to in others and those do not have: types, and members with exactly the signature asked for.
/// Such a gap would otherwise show only when the member is first called.
/// </summary>
public sealed class SurfaceCheck
{
    private readonly Dictionary<string, HashSet<string>> _offered = [];

    /// <summary>A check against these assemblies; a reference to any other is not looked at.</summary>
    public SurfaceCheck(params string[] targetPaths)
    {
        foreach (var path in targetPaths)
        {
            using var file = new PEReader(File.OpenRead(path));
            var reader = file.GetMetadataReader();
            var members = new HashSet<string>();
            foreach (var handle in reader.TypeDefinitions)
            {
                AddType(reader, reader.GetTypeDefinition(handle), Names.Of(reader, handle), members);
            }

            _offered[reader.GetString(reader.GetAssemblyDefinition().Name)] = members;
        }
    }

    /// <summary>What <paramref name="userPath"/> asks of the target assemblies, one line each, and what of that is missing.</summary>
    public (IReadOnlyList<string> Asked, IReadOnlyList<string> Missing) Of(string userPath)
    {
        using var file = new PEReader(File.OpenRead(userPath));
        var reader = file.GetMetadataReader();
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var handle in reader.TypeReferences)
        {
            if (Target(reader, handle) is { } offered)
            {
                Ask(Names.Of(reader, handle), offered);
            }
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (Parent(reader, member.Parent) is { } type && Target(reader, type) is { } offered)
            {
                Ask(Names.Of(reader, type) + "::" + Describe(reader, member), offered);
            }
        }

        return (asked.ToList(), missing);

        void Ask(string line, HashSet<string> offered)
        {
            if (asked.Add(line) && !offered.Contains(line))
            {
                missing.Add(line);
            }
        }
    }

    private HashSet<string>? Target(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
        {
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        }

        return scope.Kind == HandleKind.AssemblyReference
            ? _offered.GetValueOrDefault(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name))
            : null;
    }

    // A member of a generic type hangs on a specification of that type, such as Arena<RawResult>.
    private static TypeReferenceHandle? Parent(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadByte();
        var generic = blob.ReadTypeHandle();
        return generic.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)generic : null;
    }

    private static string Describe(MetadataReader reader, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        return member.GetKind() == MemberReferenceKind.Field
            ? Field(name, member.DecodeFieldSignature(Names.Instance, null))
            : Method(name, member.DecodeMethodSignature(Names.Instance, null));
    }

    // Only what other assemblies may use is offered.
    private static void AddType(MetadataReader reader, TypeDefinition type, string typeName, HashSet<string> members)
    {
        var visibility = type.Attributes & System.Reflection.TypeAttributes.VisibilityMask;
        if (visibility is not (System.Reflection.TypeAttributes.Public or System.Reflection.TypeAttributes.NestedPublic))
        {
            return;
        }

        members.Add(typeName);
        foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
        {
            if ((method.Attributes & System.Reflection.MethodAttributes.MemberAccessMask) >= System.Reflection.MethodAttributes.Family
                && (method.Attributes & System.Reflection.MethodAttributes.MemberAccessMask) != System.Reflection.MethodAttributes.PrivateScope)
            {
                members.Add(typeName + "::" + Method(reader.GetString(method.Name), method.DecodeSignature(Names.Instance, null)));
            }
        }

        foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
        {
            if ((field.Attributes & System.Reflection.FieldAttributes.FieldAccessMask) >= System.Reflection.FieldAttributes.Family)
            {
                members.Add(typeName + "::" + Field(reader.GetString(field.Name), field.DecodeSignature(Names.Instance, null)));
            }
        }
    }

    private static string Field(string name, string type) => $"{type} {name}";

    private static string Method(string name, MethodSignature<string> signature) => string.Create(CultureInfo.InvariantCulture,
        $"{(signature.Header.IsInstance ? "instance " : "static ")}{signature.ReturnType} {name}`{signature.GenericParameterCount}({string.Join(", ", signature.ParameterTypes)})");

    /// <summary>Writes a type of a signature as text, the same way from the user's side and from the target's.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        private const byte ValueTypeKind = 0x11;
        public static readonly Names Instance = new();

        public static string Of(MetadataReader reader, TypeReferenceHandle handle)
        {
            var type = reader.GetTypeReference(handle);
            var name = reader.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? Of(reader, (TypeReferenceHandle)type.ResolutionScope) + "+" + name
                : Join(reader.GetString(type.Namespace), name);
        }

        public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            var name = reader.GetString(type.Name);
            return type.IsNested ? Of(reader, type.GetDeclaringType()) + "+" + name : Join(reader.GetString(type.Namespace), name);
        }

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            Kind(rawTypeKind) + Of(reader, handle);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            Kind(rawTypeKind) + Of(reader, handle);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle,
            byte rawTypeKind) => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) =>
            elementType + "[rank " + shape.Rank.ToString(CultureInfo.InvariantCulture) + "]";

        public string GetByReferenceType(string elementType) => "ref " + elementType;

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPinnedType(string elementType) => "pinned " + elementType;

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => string.Create(CultureInfo.InvariantCulture, $"!!{index}");

        public string GetGenericTypeParameter(object? genericContext, int index) => string.Create(CultureInfo.InvariantCulture, $"!{index}");

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function " + Method("", signature);

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
            $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

        private static string Kind(byte rawTypeKind) => rawTypeKind == ValueTypeKind ? "struct " : "class ";

        private static string Join(string space, string name) => space.Length == 0 ? name : space + "." + name;
    }
}

using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GrpcStandIns.Tests.Surface;

/// <summary>What the libraries define that other assemblies can bind to.</summary>
internal sealed class OfferedSurface : IDisposable
{
    private readonly List<PEReader> _files = [];
    private readonly Dictionary<string, OfferedType> _types = [];

    internal OfferedSurface(params IEnumerable<Stream> images)
    {
        foreach (var image in images)
        {
            var file = new PEReader(image);
            _files.Add(file);
            var reader = file.GetMetadataReader();
            foreach (var handle in reader.TypeDefinitions)
            {
                _types[SignatureTypes.NameOf(reader, handle)] = new OfferedType(reader, reader.GetTypeDefinition(handle));
            }
        }
    }

    /// <summary>One line for each reference that does not resolve; none when all is well.</summary>
    internal IEnumerable<string> Unresolved(WantedSurface wanted)
    {
        foreach (var type in wanted.Types.Where(type => !IsVisible(type)).Order(StringComparer.Ordinal))
        {
            yield return $"no type {type}";
        }

        foreach (var member in wanted.Members.OrderBy(member => $"{member}", StringComparer.Ordinal))
        {
            var found = Signatures(member.Type, member.Name).ToList();
            if (!found.Contains(member.Signature))
            {
                var others = found.Count == 0 ? "" : $"; there is {string.Join(" and ", found)}";
                yield return $"no member {member.Type}::{member.Name} {member.Signature}{others}";
            }
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private bool IsVisible(string name)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            return false;
        }

        var nesting = name.LastIndexOf('+');
        return (type.Definition.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(name[..nesting]),
            _ => false,
        };
    }

    // The signatures of all visible members with a name: the type's own, then those of its bases in terms of the type.
    private IEnumerable<string> Signatures(string typeName, string memberName)
    {
        var arguments = ImmutableArray<string>.Empty;
        for (string? name = typeName; name is not null && _types.TryGetValue(name, out var type);)
        {
            foreach (var signature in type.Own(memberName, arguments))
            {
                yield return signature;
            }

            (name, arguments) = type.Base(arguments);
        }
    }

    private sealed record OfferedType(MetadataReader Reader, TypeDefinition Definition)
    {
        internal IEnumerable<string> Own(string name, ImmutableArray<string> arguments)
        {
            foreach (var method in Definition.GetMethods().Select(Reader.GetMethodDefinition))
            {
                var access = method.Attributes & MethodAttributes.MemberAccessMask;
                if (Reader.StringComparer.Equals(method.Name, name)
                    && access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
                {
                    yield return SignatureTypes.Method(method.DecodeSignature(SignatureTypes.Instance, arguments));
                }
            }

            foreach (var field in Definition.GetFields().Select(Reader.GetFieldDefinition))
            {
                var access = field.Attributes & FieldAttributes.FieldAccessMask;
                if (Reader.StringComparer.Equals(field.Name, name)
                    && access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
                {
                    yield return field.DecodeSignature(SignatureTypes.Instance, arguments).Text;
                }
            }
        }

        internal (string? Name, ImmutableArray<string> Arguments) Base(ImmutableArray<string> arguments)
        {
            var handle = Definition.BaseType;
            if (handle.IsNil)
            {
                return (null, []);
            }

            var type = handle.Kind switch
            {
                HandleKind.TypeDefinition => SignatureTypes.Instance.GetTypeFromDefinition(Reader, (TypeDefinitionHandle)handle, 0),
                HandleKind.TypeReference => SignatureTypes.Instance.GetTypeFromReference(Reader, (TypeReferenceHandle)handle, 0),
                _ => SignatureTypes.Instance.GetTypeFromSpecification(Reader, arguments, (TypeSpecificationHandle)handle, 0),
            };
            return (type.Definition, type.Arguments);
        }
    }
}

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GrpcStandIns.Tests.Surface;

/// <summary>A member that a binary refers to.</summary>
internal sealed record WantedMember(string Type, string Name, string Signature);

/// <summary>What a binary refers to in the libraries under test: every type, every method and every field, from its own tables.</summary>
internal sealed record WantedSurface(IReadOnlySet<string> Types, IReadOnlySet<WantedMember> Members)
{
    internal static WantedSurface Of(Stream image, IReadOnlyCollection<string> libraries)
    {
        using var file = new PEReader(image);
        var reader = file.GetMetadataReader();
        bool IsWanted(string type) => libraries.Any(library => type.StartsWith($"[{library}]", StringComparison.Ordinal));

        var types = reader.TypeReferences.Select(handle => SignatureTypes.NameOf(reader, handle)).Where(IsWanted).ToHashSet();
        var members = reader.MemberReferences
            .Select(handle => Read(reader, reader.GetMemberReference(handle)))
            .OfType<WantedMember>()
            .Where(member => IsWanted(member.Type))
            .ToHashSet();
        return new WantedSurface(types, members);
    }

    private static WantedMember? Read(MetadataReader reader, MemberReference member)
    {
        var type = member.Parent.Kind switch
        {
            HandleKind.TypeReference => SignatureTypes.NameOf(reader, (TypeReferenceHandle)member.Parent),
            HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)member.Parent)
                .DecodeSignature(SignatureTypes.Instance, []).Definition,
            _ => null,
        };
        if (type is null)
        {
            return null;
        }

        var signature = member.GetKind() == MemberReferenceKind.Field
            ? member.DecodeFieldSignature(SignatureTypes.Instance, []).Text
            : SignatureTypes.Method(member.DecodeMethodSignature(SignatureTypes.Instance, []));
        return new WantedMember(type, reader.GetString(member.Name), signature);
    }
}

using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace VerifyGateway.Host.Reflection;

/// <summary>Answers the questions of reflection from the descriptors in the generated code. Immutable; safe from any thread.</summary>
public sealed class DescriptorAnswers
{
    private readonly IReadOnlyList<ServiceDescriptor> _services;
    private readonly Dictionary<string, FileDescriptor> _fileByName = [];
    private readonly Dictionary<string, FileDescriptor> _fileBySymbol = new(StringComparer.Ordinal);

    /// <summary>Takes in the services, the files that declare them, further files, and all that those import.</summary>
    /// <param name="services">The services.</param>
    /// <param name="further">Files that no service imports: the details of errors, which travel as google.protobuf.Any.</param>
    public DescriptorAnswers(IEnumerable<ServiceDescriptor> services, IEnumerable<FileDescriptor> further)
    {
        _services = [.. services];
        foreach (var file in _services.Select(it => it.File).Concat(further))
        {
            AddFile(file);
        }
    }

    /// <summary>Answers one question.</summary>
    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse { Service = { _services.Select(it => new ServiceResponse { Name = it.FullName }) } };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                AnswerFile(response, _fileByName.GetValueOrDefault(request.FileByFilename), "file");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                AnswerFile(response, _fileBySymbol.GetValueOrDefault(request.FileContainingSymbol.TrimStart('.')), "symbol");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when _fileBySymbol.ContainsKey(request.AllExtensionNumbersOfType):
                // The contract is proto3: there are no extensions.
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                response.ErrorResponse = Error(StatusCode.NotFound, "There is no such type or extension.");
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "The question is empty.");
                break;
        }

        return response;
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };

    /// <summary>The file, then everything that it imports: a tool may know none of them.</summary>
    private static void AnswerFile(ServerReflectionResponse response, FileDescriptor? file, string what)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"There is no such {what}.");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        var sent = new HashSet<string>();
        var toSend = new Queue<FileDescriptor>([file]);
        while (toSend.TryDequeue(out var next))
        {
            if (sent.Add(next.Name))
            {
                response.FileDescriptorResponse.FileDescriptorProto.Add(next.SerializedData);
                foreach (var import in next.Dependencies)
                {
                    toSend.Enqueue(import);
                }
            }
        }
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_fileByName.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var service in file.Services)
        {
            _fileBySymbol[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _fileBySymbol[method.FullName] = file;
            }
        }

        foreach (var message in file.MessageTypes)
        {
            AddMessage(message, file);
        }

        AddEnums(file.EnumTypes, file);
        foreach (var import in file.Dependencies)
        {
            AddFile(import);
        }
    }

    private void AddMessage(MessageDescriptor message, FileDescriptor file)
    {
        _fileBySymbol[message.FullName] = file;
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            _fileBySymbol[field.FullName] = file;
        }

        foreach (var oneof in message.Oneofs)
        {
            _fileBySymbol[oneof.FullName] = file;
        }

        AddEnums(message.EnumTypes, file);
        foreach (var nested in message.NestedTypes)
        {
            AddMessage(nested, file);
        }
    }

    private void AddEnums(IEnumerable<EnumDescriptor> enums, FileDescriptor file)
    {
        foreach (var type in enums)
        {
            _fileBySymbol[type.FullName] = file;
            foreach (var value in type.Values)
            {
                _fileBySymbol[value.FullName] = file;
            }
        }
    }
}

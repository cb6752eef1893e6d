using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace GrpcStandIns.Tests.Surface;

/// <summary>The assemblies that take part: the two libraries as they are in this build, and those that bind to them.</summary>
internal static class Libraries
{
    internal static readonly Assembly CoreApi = typeof(Status).Assembly;

    internal static readonly Assembly NetCommon = typeof(ICompressionProvider).Assembly;

    internal static readonly Assembly Server = typeof(GrpcServiceOptions).Assembly;

    internal static readonly Assembly Client = typeof(GrpcChannel).Assembly;

    internal static readonly string[] Names = ["Grpc.Core.Api", "Grpc.Net.Common"];

    internal static OfferedSurface Offered() =>
        new(File.OpenRead(CoreApi.Location), File.OpenRead(NetCommon.Location));

    internal static WantedSurface WantedBy(Assembly assembly) => WantedSurface.Of(File.OpenRead(assembly.Location), Names);
}

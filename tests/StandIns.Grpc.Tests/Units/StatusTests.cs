using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class StatusTests
{
    [Fact]
    public void Status_HoldsWhatItWasMadeOf()
    {
        var cause = new InvalidOperationException("broken");
        var status = new Status(StatusCode.Internal, "detail", cause);

        Assert.Equal((StatusCode.Internal, "detail", cause), (status.StatusCode, status.Detail, status.DebugException));
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
        Assert.Equal(StatusCode.OK, default(Status).StatusCode);
    }

    [Fact]
    public void Status_EqualParts_AreEqual()
    {
        Assert.Equal(new Status(StatusCode.NotFound, "x"), new Status(StatusCode.NotFound, "x"));
        Assert.NotEqual(new Status(StatusCode.NotFound, "x"), new Status(StatusCode.NotFound, "y"));
    }

    [Fact]
    public void Status_AsText_NamesCodeDetailAndCause()
    {
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"gone\")", new Status(StatusCode.NotFound, "gone").ToString());
        Assert.Equal(
            "Status(StatusCode=\"Unavailable\", Detail=\"gone\", DebugException=\"System.IO.IOException: cut\")",
            new Status(StatusCode.Unavailable, "gone", new IOException("cut")).ToString());
    }

    /// <summary>The numbers are on the wire and in every binary that names a constant.</summary>
    [Fact]
    public void Numbers_AreThoseOfTheProtocol()
    {
        string[] codes =
        [
            "OK", "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
            "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss",
            "Unauthenticated",
        ];
        Assert.Equal(codes, Enumerable.Range(0, 17).Select(number => ((StatusCode)number).ToString()));
        Assert.Equal(["Unary", "ClientStreaming", "ServerStreaming", "DuplexStreaming"], Enumerable.Range(0, 4).Select(number => ((MethodType)number).ToString()));
        Assert.Equal(["Idle", "Connecting", "Ready", "TransientFailure", "Shutdown"], Enumerable.Range(0, 5).Select(number => ((ConnectivityState)number).ToString()));
        Assert.Equal((1, 2), ((int)WriteFlags.BufferHint, (int)WriteFlags.NoCompress));
    }

    [Fact]
    public void RpcException_HoldsStatusAndTrailers()
    {
        var cause = new IOException("cut");
        var status = new Status(StatusCode.Unavailable, "gone", cause);
        var trailers = new Metadata { { "a", "1" } };

        var failure = new RpcException(status, trailers, "words");

        Assert.Equal(status, failure.Status);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Same(trailers, failure.Trailers);
        Assert.Equal("words", failure.Message);
        Assert.Same(cause, failure.InnerException);
    }

    [Fact]
    public void RpcException_WithoutWordsOrTrailers_HasDefaults()
    {
        var status = new Status(StatusCode.NotFound, "gone");

        Assert.Equal(status.ToString(), new RpcException(status).Message);
        Assert.Empty(new RpcException(status).Trailers);
        Assert.Equal("words", new RpcException(status, "words").Message);
        Assert.Equal(status.ToString(), new RpcException(status, []).Message);
        Assert.Throws<ArgumentNullException>(() => new RpcException(status, (Metadata)null!));
    }
}

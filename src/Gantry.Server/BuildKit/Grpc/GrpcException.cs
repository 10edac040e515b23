namespace Gantry.Server.BuildKit.Grpc;

/// <summary>The codes of gRPC that are used here (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).</summary>
internal enum GrpcCode
{
    Ok = 0,
    Canceled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// <summary>How a call ended that did not end well.</summary>
/// <param name="code">Its code.</param>
/// <param name="message">For the user.</param>
/// <param name="details">A whole <c>google.rpc.Status</c> that says more; empty for none.</param>
internal sealed class GrpcException(GrpcCode code, string message, ReadOnlyMemory<byte> details = default, Exception? innerException = null)
    : Exception(message, innerException)
{
    public GrpcCode Code { get; } = code;

    public ReadOnlyMemory<byte> Details { get; } = details;
}

using Gantry.Runtime.Monitor.Client;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Kinds of refusal, so that an exception crosses the socket as what it was.</summary>
internal enum FailureKind : byte
{
    Internal,
    NotFound,
    Conflict,
    InvalidArgument,
    ProcessStart,
}

/// <summary>The payload of <see cref="FrameType.Failed"/>: request id, kind, exit code, text.</summary>
internal static class RequestFailure
{
    public static byte[] ToFrame(uint request, FailureKind kind, string message, int exitCode = 0) =>
        new FlatWriter(FrameType.Failed).UInt32(request).Byte((byte)kind).Int32(exitCode).String(message).ToFrame();

    /// <summary>Reads what follows the request's id.</summary>
    public static Exception Read(ref FlatReader reader)
    {
        var kind = (FailureKind)reader.Byte();
        var exitCode = reader.Int32();
        var message = reader.String();
        return kind switch
        {
            FailureKind.NotFound => new NotFoundException(message),
            FailureKind.Conflict => new ConflictException(message),
            FailureKind.InvalidArgument => new InvalidArgumentException(message),
            FailureKind.ProcessStart => new ProcessStartException(exitCode, message),
            _ => new InternalException(message),
        };
    }
}

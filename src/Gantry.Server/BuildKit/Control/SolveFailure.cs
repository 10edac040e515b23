using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.History;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>A build's failure as its client shows it: with the place in the Dockerfile.</summary>
internal static class SolveFailure
{
    private const string SourceType = "github.com/moby/buildkit/errdefs.Source+json";
    private const string StepType = "github.com/moby/buildkit/errdefs.Vertex+json";

    public static bool IsTold(Exception failure) =>
        failure is GantryException or DockerfileException or StepFailedException or IOException or Linux.LinuxException or UnauthorizedAccessException;

    public static GrpcException Describe(Exception failure, SourceFile? source)
    {
        var code = failure is UnsupportedException ? GrpcCode.Unimplemented : GrpcCode.Unknown;
        var status = new ProtoWriter().Integer(1, (int)code).Text(2, failure.Message);
        if ((failure as StepFailedException ?? failure.InnerException as StepFailedException) is { Step: { } step })
        {
            status.Message(3, new ProtoWriter().Text(1, StepType).Bytes(2, Encoding.UTF8.GetBytes($"{{\"digest\":\"{BuildRun.IdOf(step)}\"}}")));
        }

        if (failure is DockerfileException { Lines: { Start: > 0 } lines } && source is not null)
        {
            status.Message(3, new ProtoWriter().Text(1, SourceType).Bytes(2, Source(source, lines.Start, lines.End)));
        }

        return new(code, failure.Message, status.Written, failure);
    }

    /// <summary>As a whole <c>google.rpc.Status</c>.</summary>
    public static ReadOnlyMemory<byte> Status(GrpcException failure) =>
        failure.Details.IsEmpty ? new ProtoWriter().Integer(1, (int)failure.Code).Text(2, failure.Message).Written : failure.Details;

    /// <summary>A failure that the client passed on.</summary>
    public static GrpcException Parse(ReadOnlyMemory<byte> status)
    {
        var (code, message) = BuildFailure.Parse(status.Span);
        // The client puts the code before the message, each time that it passes one on.
        var prefix = $"{code}: ";
        return message.StartsWith(prefix, StringComparison.Ordinal) ? new(code, message[prefix.Length..]) : new(code, message, status);
    }

    /// <summary>Details are JSON here, with the names of the messages' fields.</summary>
    private static byte[] Source(SourceFile source, int start, int end)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("info");
            json.WriteString("filename", source.Name);
            json.WriteBase64String("data", source.Content);
            json.WriteString("language", "Dockerfile");
            // The steps that it was read by.
            json.WriteStartObject("definition");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("ranges");
            for (var line = start; line <= end; line++)
            {
                json.WriteStartObject();
                foreach (var name in (string[])["start", "end"])
                {
                    json.WriteStartObject(name);
                    json.WriteNumber("line", line);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.ToArray();
    }
}

using System.Text.Json;

namespace Gantry.Server.Http;

/// <summary>What is wrong with JSON, in words. The native program has no texts of the parser, only their keys.</summary>
internal static class JsonProblem
{
    private const string Prefix = "$.";

    /// <returns>A clause: <c>it ends too early or is broken at line 1, byte 5</c>.</returns>
    public static string Describe(JsonException failure)
    {
        var member = failure.Path?.StartsWith(Prefix, StringComparison.Ordinal) == true ? failure.Path[Prefix.Length..] : "";
        return failure switch
        {
            // Our own converters say it in words; what the parser says has the place in it.
            _ when !failure.Message.Contains("LineNumber: ", StringComparison.Ordinal) => member.Length > 0 ? $"{failure.Message} at {member}" : failure.Message,
            { InnerException: JsonException } or { Path: null } => $"it ends too early or is broken at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}",
            _ => member.Length > 0 ? $"the value of {member} is of the wrong kind" : "its value is of the wrong kind",
        };
    }
}

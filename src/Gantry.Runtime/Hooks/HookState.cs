using System.Text;
using Gantry.Runtime.Json;

namespace Gantry.Runtime.Hooks;

/// <summary>What hooks are told of the container, as JSON on their standard input (runtime.md, state).</summary>
internal sealed record HookState
{
    public required string OciVersion { get; init; }

    public required string Id { get; init; }

    public required string Bundle { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <param name="status">created from the time on when the environment is there (runtime.md, lifecycle: after step 2).</param>
    /// <param name="pid">Null when there is no process any more.</param>
    public byte[] With(string status, int? pid)
    {
        var json = new JsonObjectWriter(512);
        json.String("ociVersion"u8, OciVersion);
        json.String("id"u8, Id);
        json.String("status"u8, status);
        if (pid is { } number)
        {
            json.Number("pid"u8, (ulong)number);
        }

        json.String("bundle"u8, Bundle);
        json.Strings("annotations"u8, Annotations);
        return json.Finish().ToArray();
    }

    /// <summary>The same around the number of a process that only it knows.</summary>
    public (string Before, string After) Around(string status)
    {
        const string pid = "\"pid\":";
        var text = Encoding.UTF8.GetString(With(status, 0));
        var at = text.IndexOf(pid, StringComparison.Ordinal) + pid.Length;
        return (text[..at], text[(at + 1)..]);
    }
}

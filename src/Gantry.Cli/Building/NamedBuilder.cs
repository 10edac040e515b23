using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;

namespace Gantry.Cli.Building;

/// <summary>A name that was given to a daemon as the place where builds are done (<c>buildx create</c>).</summary>
/// <param name="Endpoint">A context, or an address.</param>
/// <param name="Platforms">Those that it was said to be for; empty where nothing was said.</param>
internal sealed record NamedBuilder(string Name, string Endpoint, IReadOnlyList<string> Platforms)
{
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(StoredContext.Serialize(new JsonObject
    {
        [nameof(Name)] = Name,
        [nameof(Endpoint)] = Endpoint,
        [nameof(Platforms)] = new JsonArray([.. Platforms.Select(platform => (JsonNode)platform)]),
    }));

    /// <exception cref="CommandLineException">It is damaged.</exception>
    public static NamedBuilder Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return new(root.GetProperty(nameof(Name)).GetString()!, root.GetProperty(nameof(Endpoint)).GetString()!, [.. root.GetProperty(nameof(Platforms)).EnumerateArray().Select(platform => platform.GetString()!)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CommandLineException($"ERROR: {path} is damaged: remove it, and create the builder again");
        }
    }
}

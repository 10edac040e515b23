using System.Globalization;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Building;

/// <summary>A builder as its daemon tells of it.</summary>
/// <param name="Name">Its own, or that of its context.</param>
/// <param name="Endpoint">A context, or an address.</param>
/// <param name="Error">Why it does not answer; empty where it does.</param>
/// <param name="LastUsed">Null where nothing was built yet.</param>
internal sealed record Builder(
    string Name, string Endpoint, string Error, string Version, IReadOnlyList<string> Platforms, IReadOnlyList<KeyValuePair<string, string>> Labels, DateTimeOffset? LastUsed)
{
    /// <summary>The daemon itself.</summary>
    public const string DefaultName = "default";

    public string Status => Error.Length > 0 ? "error" : "running";

    /// <summary>What does the work is in the daemon, always.</summary>
    public string Driver => Error.Length > 0 ? "" : "docker";

    /// <summary>Of the one machine that it is.</summary>
    public string Node => Name == Endpoint ? Name : $"{Name}0";

    /// <param name="named">What it was created with; null for the daemon of a context.</param>
    public static async ValueTask<Builder> ReadAsync(GantryClient client, string name, NamedBuilder? named)
    {
        var endpoint = named?.Endpoint ?? name;
        try
        {
            var version = await client.GetAsync("/version").ConfigureAwait(false);
            var info = await client.GetAsync("/info").ConfigureAwait(false);
            var cache = await client.GetAsync("/system/df?type=build-cache").ConfigureAwait(false);
            var used = cache.List("BuildCache").Select(record => record.Text("LastUsedAt")).Where(text => text.Length > 0).Select(text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).ToList();
            var own = $"{version.Text("Os")}/{version.Text("Arch")}";
            // Fixed ones are marked, as by buildx.
            string[] platforms = [.. (named?.Platforms ?? []).Select(platform => platform + "*"), .. named?.Platforms.Contains(own) == true ? (string[])[] : [own]];
            return new(name, endpoint, "", $"v{version.Text("Version")}", platforms, [new("org.mobyproject.buildkit.worker.hostname", info.Text("Name"))], used.Count > 0 ? used.Max() : null);
        }
        catch (Exception e) when (e is GantryException or IOException or System.Net.Sockets.SocketException or CommandLine.CommandLineException)
        {
            return new(name, endpoint, e.Message, "", [], [], null);
        }
    }

    /// <summary>As Go writes it; empty for never.</summary>
    public string LastActivity => LastUsed is { } time ? Units.GoTime(Units.Rfc3339(time.ToUniversalTime())) : "";
}

using System.Globalization;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Building;

/// <summary>The one builder there is: the daemon.</summary>
/// <param name="Error">Why it does not answer; empty where it does.</param>
/// <param name="LastUsed">Null where nothing was built yet.</param>
internal sealed record Builder(string Error, string Version, IReadOnlyList<string> Platforms, IReadOnlyList<KeyValuePair<string, string>> Labels, DateTimeOffset? LastUsed)
{
    public const string Name = "default";

    public string Status => Error.Length > 0 ? "error" : "running";

    public static async ValueTask<Builder> ReadAsync(GantryClient client)
    {
        try
        {
            var version = await client.GetAsync("/version").ConfigureAwait(false);
            var info = await client.GetAsync("/info").ConfigureAwait(false);
            var cache = await client.GetAsync("/system/df?type=build-cache").ConfigureAwait(false);
            var used = cache.List("BuildCache").Select(record => record.Text("LastUsedAt")).Where(text => text.Length > 0).Select(text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).ToList();
            return new("", $"v{version.Text("Version")}", [$"{version.Text("Os")}/{version.Text("Arch")}"], [new("org.mobyproject.buildkit.worker.hostname", info.Text("Name"))], used.Count > 0 ? used.Max() : null);
        }
        catch (Exception e) when (e is GantryException or IOException or System.Net.Sockets.SocketException)
        {
            return new(e.Message, "", [], [], null);
        }
    }

    /// <summary>As Go writes it; empty for never.</summary>
    public string LastActivity => LastUsed is { } time ? Units.GoTime(Units.Rfc3339(time.ToUniversalTime())) : "";
}

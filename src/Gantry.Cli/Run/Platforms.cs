using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Run;

/// <summary>--platform os/arch[/variant], as the JSON the API wants.</summary>
internal static class Platforms
{
    /// <param name="since">The API version that has the parameter: an older daemon would ignore it.</param>
    public static async ValueTask<Query> AddPlatformsAsync(this Query query, Invocation call, ApiVersion since, string parameter = "platform")
    {
        if (!call.Has("platform")) return query;
        var version = await call.Client.NegotiateAsync().ConfigureAwait(false);
        if (version < since) throw new CommandLineException($"\"--platform\" requires API version {since}, but the Docker daemon API version is {version}");
        foreach (var text in call.List("platform").SelectMany(given => given.Split(','))) query.Add(parameter, ToJson(Platform.Parse(text)));
        return query;
    }

    private static string ToJson(Platform platform)
    {
        var body = new JsonBody { ["architecture"] = platform.Architecture, ["os"] = platform.Os };
        body.SetIfGiven("variant", platform.Variant);
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }
}

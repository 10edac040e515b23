using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Docker's switches (<c>features</c>).</summary>
internal static class FeatureSettings
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        new("feature", "features", null, "name=value", "A switch of Docker's: buildkit=false has docker's command line build the classic way, cdi=false leaves out what vendors describe of their devices; may be repeated", Apply)
        {
            Unfold = DaemonJson.Pairs,
        },
    ];

    private static DaemonOptions Apply(DaemonOptions options, string text)
    {
        var (name, value) = text.Split('=', 2) is [var left, var right] ? (left, right) : (text, "true");
        return (name, value) switch
        {
            ("buildkit", "true" or "false") => options with { HasBuildKit = value == "true" },
            ("cdi", "true" or "false") => options with { HasCdi = value == "true" },
            // Images are kept as indexes whatever it says.
            ("containerd-snapshotter", "true" or "false") => options,
            _ => throw new UnsupportedException($"features \"{text}\" is not supported: there are buildkit, cdi and containerd-snapshotter, each true or false; leave it out"),
        };
    }
}

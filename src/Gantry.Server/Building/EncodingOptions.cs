using System.Globalization;
using Gantry.Images.Compression;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Server.Building;

/// <summary>How clients say in what form layers are to be, of outputs and of caches (docs of BuildKit, "compression").</summary>
internal static class EncodingOptions
{
    private const string Form = "compression";
    private const string Level = "compression-level";
    private const string Force = "force-compression";
    private const int MostGzipLevel = 9;
    private const int MostZstdLevel = 22;

    public static IReadOnlyList<string> Keys { get; } = [Form, Level, Force];

    /// <returns>Null where nothing is said.</returns>
    public static LayerEncoding? Parse(IReadOnlyDictionary<string, string> attributes)
    {
        if (!attributes.Keys.Any(Keys.Contains))
        {
            return null;
        }

        var (mediaType, most) = attributes.GetValueOrDefault(Form) switch
        {
            null or "" or "gzip" => (MediaTypes.OciLayerGzip, MostGzipLevel),
            "zstd" => (MediaTypes.OciLayerZstd, MostZstdLevel),
            "uncompressed" => (MediaTypes.OciLayer, 0),
            var other => throw new UnsupportedException($"gantry does not write the {Form} {other}: it writes gzip, zstd and uncompressed"),
        };
        var level = attributes.GetValueOrDefault(Level) is not { Length: > 0 } text ? (int?)null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
            : throw new InvalidArgumentException($"invalid value \"{text}\" of {Level}: it must be a number from 0 to {most}");
        return new(mediaType, level, OptionFlag.Of(attributes, Force, absent: false));
    }
}

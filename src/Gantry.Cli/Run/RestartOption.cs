using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary><c>NAME[:MOST-RETRIES]</c> of <c>--restart</c>.</summary>
internal static class RestartOption
{
    /// <param name="failure">The exit code where it is not of this form.</param>
    public static JsonBody Read(string text, int failure)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var count = 0;
        if (colon >= 0 && name.Length == 0) throw new CommandLineException("invalid restart policy format: no policy provided before colon", failure);
        if (colon >= 0 && !int.TryParse(text[(colon + 1)..], out count)) throw new CommandLineException("invalid restart policy format: maximum retry count must be an integer", failure);
        return new JsonBody { ["Name"] = name, ["MaximumRetryCount"] = count };
    }
}

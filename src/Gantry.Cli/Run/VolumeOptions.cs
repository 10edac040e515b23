using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>-v: a path alone is an anonymous volume, source:target[:options] a bind.</summary>
internal sealed record VolumeOptions(List<string> Binds, JsonBody Anonymous)
{
    public static VolumeOptions Read(IEnumerable<string> given)
    {
        var binds = new List<string>();
        var anonymous = new JsonBody();
        foreach (var text in given)
        {
            if (Fault(text) is { } fault) throw new CommandLineException(fault, 125);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) anonymous[text] = new JsonBody();
            // The daemon knows nothing of our working directory.
            else binds.Add(text[0] == '.' ? Path.GetFullPath(text[..colon]) + text[colon..] : text);
        }

        return new VolumeOptions(binds, anonymous);
    }

    private static string? Fault(string text) => text.Split(':') switch
    {
        [""] => "invalid empty volume spec",
        var sections when sections.Take(3).Contains("") => $"invalid spec: {text}: empty section between colons",
        { Length: > 3 } => $"invalid spec: {text}: too many colons",
        _ => null,
    };
}

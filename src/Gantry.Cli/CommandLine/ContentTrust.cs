using Gantry.Spec;

namespace Gantry.Cli.CommandLine;

/// <summary>Docker's signatures of images (Notary), which are not verified here: who asks for that is refused rather than left unprotected.</summary>
internal static class ContentTrust
{
    private const string Option = "disable-content-trust";
    private const string Variable = "DOCKER_CONTENT_TRUST";

    public static void Add(OptionSet options) => options.Add(Option, null, "bool", "Skip image verification", "true");

    /// <param name="exitCode">Where it is refused.</param>
    public static void Check(OptionSet options, int exitCode)
    {
        if (options.Find(Option) is not { } option) return;
        var asked = option.IsGiven ? option.AsBoolean() ? null : $"--{Option}=false"
            : GoBoolean.TryParse(Environment.GetEnvironmentVariable(Variable) ?? "", out var set) && set ? $"{Variable}=1"
            : null;
        if (asked is not null) throw new CommandLineException($"{asked}: content trust is not supported: name the image by its digest (NAME@sha256:...), which is verified when it is pulled", exitCode);
    }
}

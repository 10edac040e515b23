using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Run;

/// <summary>Which streams a run joins: those named by -a, otherwise output, and input with -i.</summary>
internal sealed record Attachment(bool Stdin, bool Stdout, bool Stderr)
{
    public bool Any => Stdin || Stdout || Stderr;

    public static Attachment Read(Invocation call, bool detached)
    {
        var named = call.List("attach").Select(a => a.ToLowerInvariant()).ToList();
        if (named.Find(n => n is not ("stdin" or "stdout" or "stderr")) is { } wrong)
        {
            throw new CommandLineException($"invalid argument {OptionValues.Quote(wrong)} for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR", 125);
        }

        if (named.Count > 0) return new Attachment(named.Contains("stdin"), named.Contains("stdout"), named.Contains("stderr"));
        return detached ? new Attachment(false, false, false) : new Attachment(call.Flag("interactive"), true, true);
    }
}

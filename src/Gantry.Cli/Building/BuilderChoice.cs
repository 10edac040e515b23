using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Building;

/// <summary>Which builder a command works with: by option, before the command, by environment, and for what is called by buildx's names by choice, in this order.</summary>
internal static class BuilderChoice
{
    /// <summary>Makes the builder's daemon the session's.</summary>
    public static void Apply(Invocation call)
    {
        var name = Named(call);
        if (name is null && call.Path.StartsWith("build", StringComparison.Ordinal) && call.Path.Contains(' ', StringComparison.Ordinal)) name = Current(call.Session);
        if (name is not null && name != call.Session.Context.Name) call.Session.UseEndpoint(Require(call.Session, name));
    }

    /// <summary>The one that is named by option, before the command (<c>buildx --builder NAME build</c>), or by the environment; null for none.</summary>
    public static string? Named(Invocation call) => call.TryOption("builder") is { IsGiven: true } option && option.AsString() is { Length: > 0 } given ? given
        : call.Session.BuilderName ?? (Environment.GetEnvironmentVariable("BUILDX_BUILDER") is { Length: > 0 } variable ? variable : null);

    /// <summary>Takes what names a builder from between the group and its command.</summary>
    public static List<string> Take(List<string> words, Session session)
    {
        const string Option = "--builder";
        if (words is [_, Option, var name, ..])
        {
            session.BuilderName = name;
            return [words[0], .. words[3..]];
        }

        if (words is [_, var one, ..] && one.StartsWith(Option + "=", StringComparison.Ordinal))
        {
            session.BuilderName = one[(Option.Length + 1)..];
            return [words[0], .. words[2..]];
        }

        return words;
    }

    /// <summary>The one that was chosen for the context; null for the daemon itself.</summary>
    public static string? Current(Session session) => session.Builders.ChoiceOf(session.Context.Key);

    /// <returns>Its context or address.</returns>
    public static string Require(Session session, string name) => name == Builder.DefaultName || session.Contexts.Has(name) ? name
        : session.Builders.Find(name)?.Endpoint ?? throw new CommandLineException($"ERROR: no builder {OptionValues.Quote(name)} found");
}

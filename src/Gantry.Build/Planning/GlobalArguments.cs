using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Planning;

/// <summary>The arguments that FROM sees: those of the platform, and those before the first FROM.</summary>
internal static class GlobalArguments
{
    /// <param name="document">Declares them.</param>
    /// <param name="request">Gives some.</param>
    /// <param name="target">What is built for.</param>
    /// <returns>By their names; null for one without a value.</returns>
    public static Dictionary<string, string?> Of(DockerfileDocument document, BuildRequest request, Platform target)
    {
        var expansion = new VariableExpansion(document.Escape);
        var all = PlatformArguments.Of(target, request.Target is { Length: > 0 } stage ? stage : document.Stages is [.., var last] ? last.From.StageName : null);
        foreach (var instruction in document.GlobalArgs)
        {
            try
            {
                foreach (var argument in instruction.Arguments)
                {
                    all[argument.Name] = request.Arguments.TryGetValue(argument.Name, out var given) && given is not null ? given
                        : argument.Default is { } text ? expansion.Expand(text, name => all.GetValueOrDefault(name)).Text
                        : all.GetValueOrDefault(argument.Name);
                }
            }
            catch (FormatException e)
            {
                throw new DockerfileException(e.Message, document, instruction.Lines, e);
            }
        }

        foreach (var (name, value) in request.Arguments.Where(argument => all.ContainsKey(argument.Key) && argument.Value is not null))
        {
            all[name] = value;
        }

        return all;
    }
}

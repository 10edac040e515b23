using Gantry.Spec;

namespace Gantry.Build.Dockerfile;

/// <summary>The parser directive <c>syntax</c>: which program reads the Dockerfile (reference.md, "syntax"). Docker's own are built in, whatever registry and version is said.</summary>
internal static class SyntaxDirective
{
    /// <summary>The build argument that counts in place of the directive.</summary>
    private const string Argument = "BUILDKIT_SYNTAX";

    private static readonly string[] BuiltIn = ["dockerfile", "dockerfile-upstream", "dockerfile.v0"];

    /// <exception cref="DockerfileException">It is none that is built in.</exception>
    public static void Check(DockerfileDocument document, BuildRequest request)
    {
        var given = request.Arguments.GetValueOrDefault(Argument) is { Length: > 0 } value ? value : null;
        var named = (given ?? document.Syntax)?.Split(' ')[0];
        if (named is null || BuiltIn.Contains(Name(named)))
        {
            return;
        }

        var message = $"{(given is null ? "syntax" : Argument)} {GoText.Quote(named)} is not supported: gantry reads what docker/dockerfile reads, by itself; leave it out";
        throw new DockerfileException(message, document, new(document.SyntaxLine, document.SyntaxLine));
    }

    /// <summary>Of an image, without registry, repository, tag and digest.</summary>
    private static string Name(string image) => image.Split('@')[0].Split('/')[^1].Split(':')[0];
}

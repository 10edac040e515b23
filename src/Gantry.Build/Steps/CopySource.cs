using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Spec.Build;

namespace Gantry.Build.Steps;

/// <summary>Where a copy takes its files from.</summary>
public abstract record CopySource
{
    /// <summary>Paths or patterns, from the tree's root.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Archives among the files are extracted (ADD).</summary>
    public bool Unpack { get; init; }
}

/// <summary>A context of the client.</summary>
/// <param name="Name">Null for the build's own.</param>
public sealed record ContextSource(string? Name) : CopySource;

/// <summary>The filesystem after a step: of a stage, or of an image.</summary>
public sealed record StepSource(Step Step) : CopySource;

/// <summary>Files whose content is in the Dockerfile; the paths are their names.</summary>
public sealed record InlineSource(IReadOnlyList<InlineFile> Files) : CopySource;

/// <summary>A file of a web server (<c>ADD https://…</c>).</summary>
/// <param name="Checksum">What its bytes must be; null for whatever they are.</param>
public sealed record HttpSource(Uri Url, string? Checksum) : CopySource;

/// <summary>Files of a git repository.</summary>
/// <param name="KeepGitDirectory">With its <c>.git</c>.</param>
public sealed record GitSource(GitAddress Address, bool KeepGitDirectory) : CopySource;

public sealed record InlineFile(string Name, string Content);

/// <summary>An entry that a source's paths name, and what it is called where it goes.</summary>
public sealed record CopyItem(SourceTree Tree, SourceEntry Entry, string Name);

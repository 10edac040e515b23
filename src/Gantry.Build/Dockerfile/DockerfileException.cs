using Gantry.Spec.Build;

namespace Gantry.Build.Dockerfile;

/// <summary>Something in a Dockerfile is wrong, or leads to something that is.</summary>
public sealed class DockerfileException : Exception
{
    private readonly IReadOnlyList<string> text;

    public DockerfileException(string message, string fileName, IReadOnlyList<string> text, LineRange lines, Exception? innerException = null)
        : base(message, innerException) => (FileName, this.text, Lines) = (fileName, text, lines);

    public DockerfileException(string message, DockerfileDocument document, LineRange lines, Exception? innerException = null)
        : this(message, document.FileName, document.Lines, lines, innerException)
    {
    }

    public string FileName { get; }

    public LineRange Lines { get; }

    /// <summary>What was read before it, where it is a Dockerfile's words that are wrong.</summary>
    public DockerfileDocument? Before { get; internal set; }

    /// <summary>The place in the file and the lines around it, those meant marked.</summary>
    public string Describe() => SourceExcerpt.Of(FileName, text, Lines.Start, Lines.End);
}

namespace Gantry.Cli.Building;

/// <summary>A Dockerfile that is written in another file, while it is used.</summary>
internal sealed class InlineDockerfile : IDisposable
{
    private readonly string _directory;

    private InlineDockerfile(string directory) => _directory = directory;

    /// <summary>A file of the usual name, which messages have.</summary>
    public string Path => System.IO.Path.Combine(_directory, "Dockerfile");

    public static InlineDockerfile? Write(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var file = new InlineDockerfile(Directory.CreateTempSubdirectory("gantry-build").FullName);
        File.WriteAllText(file.Path, text);
        return file;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

namespace Gantry.Cli.Building;

/// <summary>A Dockerfile that is written in another file, while it is used.</summary>
internal sealed class InlineDockerfile : IDisposable
{
    private InlineDockerfile(string path) => Path = path;

    public string Path { get; }

    public static InlineDockerfile? Write(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var path = System.IO.Path.GetTempFileName();
        File.WriteAllText(path, text);
        return new(path);
    }

    public void Dispose() => File.Delete(Path);
}

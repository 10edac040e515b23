namespace Gantry.Tests;

/// <summary>The directory that holds <c>Gantry.slnx</c>, found upwards from the test's own location.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "Gantry.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"no Gantry.slnx above {AppContext.BaseDirectory}");
    }
}

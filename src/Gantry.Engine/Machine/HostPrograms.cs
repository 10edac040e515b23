namespace Gantry.Engine.Machine;

/// <summary>Executables of the host.</summary>
internal static class HostPrograms
{
    /// <summary>The file that a name means: itself with a slash in it, else the first of that name in <c>PATH</c>; null when there is none.</summary>
    public static string? Find(string name) => name.Contains('/', StringComparison.Ordinal)
        ? File.Exists(name) ? name : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}

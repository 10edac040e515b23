using Gantry.Spec;

namespace Gantry.Server.Composition;

/// <summary>Where <c>gantry-runtime</c> is: beside this program, else on the path.</summary>
internal static class RuntimeProgram
{
    private const string FileName = "gantry-runtime";

    public static string Find()
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return directories.Prepend(Path.GetDirectoryName(Environment.ProcessPath) ?? "/").Prepend(AppContext.BaseDirectory)
            .Select(directory => Path.Combine(directory, FileName))
            .FirstOrDefault(File.Exists)
            ?? throw new NotFoundException($"{FileName} is neither beside gantryd ({AppContext.BaseDirectory}) nor on the PATH");
    }
}

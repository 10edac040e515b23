using System.Globalization;
using Gantry.Spec;

namespace Gantry.Server.Hosting;

/// <summary>The file that says which process the daemon is, for as long as it runs.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string path;

    private PidFile(string path) => this.path = path;

    public static PidFile Write(string path)
    {
        try
        {
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"the process id cannot be written to {path}: {e.Message}", e);
        }
    }

    public void Dispose() => File.Delete(path);
}

using System.Text;
using Gantry.Spec;

namespace Gantry.Cli.Compose;

/// <summary>One command at a time changes a project: two would make the same containers.</summary>
internal sealed class ProjectLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const int WouldBlock = 11; // EWOULDBLOCK of flock(2); a full disk is no reason to wait
    private readonly FileStream _file;

    private ProjectLock(FileStream file) => _file = file;

    public string FullName => _file.Name;

    /// <summary>Waits while another command changes the project.</summary>
    /// <param name="engine">Which engine the project is in.</param>
    public static async Task<ProjectLock> TakeAsync(string engine, string project, Action<string> warn, CancellationToken cancellationToken)
    {
        var name = LightSha256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\0{engine}\0{project}"))[..32];
        var path = Path.Combine(Path.GetTempPath(), $"gantry-compose-{name}.lock");
        for (var isTold = false; ; isTold = true)
        {
            try
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (!IsRemoved(file)) return new(file);
                file.Dispose();
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (!isTold) warn($"another command changes project {project}: waiting for it");
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        File.Delete(FullName);
        _file.Dispose();
    }

    // By the command before, between this one's opening and locking; proc(5) says so.
    private static bool IsRemoved(FileStream file) =>
        File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)!.Name.EndsWith(" (deleted)", StringComparison.Ordinal);
}

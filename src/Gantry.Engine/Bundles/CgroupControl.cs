using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Bundles;

/// <summary>Freezes containers and lists their processes (cgroups(7)).</summary>
internal static class CgroupControl
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task FreezeAsync(CgroupLayout layout, string path, bool frozen, CancellationToken cancellationToken)
    {
        var directory = layout.Directory("freezer", path);
        var file = Path.Combine(directory, layout.IsUnified ? "cgroup.freeze" : "freezer.state");
        var (text, proof) = layout.IsUnified
            ? (frozen ? "1" : "0", Path.Combine(directory, "cgroup.events"))
            : (frozen ? "FROZEN" : "THAWED", file);
        var wanted = layout.IsUnified ? $"frozen {text}" : text;
        try
        {
            for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
            {
                await File.WriteAllTextAsync(file, text, cancellationToken).ConfigureAwait(false);
                if ((await File.ReadAllLinesAsync(proof, cancellationToken).ConfigureAwait(false)).Contains(wanted))
                {
                    return;
                }

                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException) when (!Directory.Exists(directory))
        {
            throw new ConflictException($"Container {Path.GetFileName(path)} is not running");
        }
        catch (IOException e)
        {
            throw new InternalException($"the freezer of cgroup {path} cannot be used: {e.Message}", e);
        }

        throw new InternalException($"cgroup {path} did not become {(frozen ? "frozen" : "thawed")} within {Patience.TotalSeconds:0} s");
    }

    /// <summary>The processes of a container, those of cgroups it made itself included.</summary>
    public static HashSet<int> Processes(CgroupLayout layout, string path)
    {
        var all = new HashSet<int>();
        var top = layout.Directory("pids", path);
        if (Directory.Exists(top))
        {
            foreach (var directory in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Prepend(top))
            {
                foreach (var line in File.ReadLines(Path.Combine(directory, "cgroup.procs")))
                {
                    all.Add(int.Parse(line, CultureInfo.InvariantCulture));
                }
            }
        }

        return all;
    }
}

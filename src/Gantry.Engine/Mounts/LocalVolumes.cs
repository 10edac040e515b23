using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Mounts;

/// <summary>Local volumes: a directory each, <c>volumes/&lt;name&gt;/_data</c>.</summary>
internal sealed class LocalVolumes(string directory)
{
    private const string NewMark = ".new";

    public string DataDirectory(string name) => Path.Combine(directory, name, "_data");

    /// <summary>Makes the volume if it is not there. One that has never held anything is marked until a container's content came into it.</summary>
    public void Ensure(string name)
    {
        var data = DataDirectory(name);
        if (Directory.Exists(data))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(data)!);
        File.WriteAllBytes(Path.Combine(directory, name, NewMark), []);
        Directory.CreateDirectory(data);
    }

    public void Remove(string name)
    {
        try
        {
            Directory.Delete(Path.Combine(directory, name), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody was faster; it is gone, which was asked for.
        }
    }

    /// <summary>What the image has at <paramref name="destination"/> goes into a volume that is still new, with owner, mode, links and attributes.</summary>
    public void CopyUp(string name, RootedDirectory root, string destination)
    {
        var mark = Path.Combine(directory, name, NewMark);
        if (!File.Exists(mark))
        {
            return;
        }

        using var source = root.TryOpenDirectory(destination);
        if (source is not null)
        {
            try
            {
                using var target = RootedDirectory.Open(DataDirectory(name));
                TreeCopy.Copy(source, target);
            }
            catch (LinuxException e)
            {
                throw new InternalException($"copying the image's {destination} into volume {name} failed: {e.Message}", e);
            }
        }

        File.Delete(mark);
    }
}

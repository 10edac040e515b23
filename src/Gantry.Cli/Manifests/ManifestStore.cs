using System.Text;
using Gantry.Cli.Hosts;
using Gantry.Spec.Templates;
using Gantry.Spec;

namespace Gantry.Cli.Manifests;

/// <summary>Docker's local manifest lists: <c>manifests/LIST/MANIFEST</c> in the configuration directory, shared with Docker's command line.</summary>
internal sealed class ManifestStore(string configDirectory)
{
    private readonly string _root = Path.Combine(configDirectory, "manifests");

    /// <returns>In order of their names; null where there is no such list.</returns>
    public IReadOnlyList<ManifestEntry>? Find(ImageReference list)
    {
        var directory = DirectoryOf(list);
        return Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal).Select(Read)]
            : null;
    }

    public ManifestEntry? Find(ImageReference list, ImageReference manifest)
    {
        var path = Path.Combine(DirectoryOf(list), FileName(manifest));
        return File.Exists(path) ? Read(path) : null;
    }

    public void Save(ImageReference list, ManifestEntry entry)
    {
        var text = new StringBuilder();
        JsonText.AppendCompact(text, entry.ToJson());
        PrivateFile.Replace(Path.Combine(DirectoryOf(list), FileName(entry.Reference)), file => file.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <returns>False where there is no such list.</returns>
    public bool Remove(ImageReference list)
    {
        var directory = DirectoryOf(list);
        if (!Directory.Exists(directory)) return false;
        Directory.Delete(directory, recursive: true);
        return true;
    }

    private static ManifestEntry Read(string path) => ManifestEntry.Parse(File.ReadAllBytes(path), path);

    private string DirectoryOf(ImageReference list) => Path.Combine(_root, FileName(list));

    private static string FileName(ImageReference reference) => reference.ToString().Replace(':', '-').Replace('/', '_');
}

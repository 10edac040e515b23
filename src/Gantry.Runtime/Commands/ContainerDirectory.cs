using Gantry.Linux.Poll;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Commands;

/// <summary>The directory of a container below the root: state.json with the config.json it was created with, the start gate.</summary>
internal sealed class ContainerDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private ContainerDirectory(string id, string path)
    {
        Id = id;
        FullPath = path;
    }

    public string Id { get; }

    public string FullPath { get; }

    private string StateFile => FullPath + "/state.json";

    /// <summary>Makes the directory of a new container.</summary>
    /// <exception cref="ConflictException">There is one of that id.</exception>
    public static ContainerDirectory Create(GlobalOptions options, string id)
    {
        var directory = Of(options, id);
        Directory.CreateDirectory(options.Root, Private);
        if (Directory.Exists(directory.FullPath))
        {
            throw new ConflictException($"container {id} exists already");
        }

        Directory.CreateDirectory(directory.FullPath, Private);
        return directory;
    }

    /// <exception cref="NotFoundException">There is no container of that id.</exception>
    public static ContainerDirectory Open(GlobalOptions options, string id)
    {
        var directory = Of(options, id);
        return Directory.Exists(directory.FullPath) ? directory : throw new NotFoundException($"container {id} does not exist");
    }

    public static IEnumerable<ContainerDirectory> All(GlobalOptions options) =>
        !Directory.Exists(options.Root) ? []
        : Directory.EnumerateDirectories(options.Root)
            .Where(d => File.Exists(d + "/state.json"))
            .Order(StringComparer.Ordinal)
            .Select(d => new ContainerDirectory(Path.GetFileName(d), d));

    public SavedContainer ReadState()
    {
        try
        {
            return SavedJson.Read(File.ReadAllBytes(StateFile), StateFile);
        }
        catch (FileNotFoundException e)
        {
            throw new ConflictException($"container {Id} is still being created, or its creation was interrupted: delete it with --force", e);
        }
    }

    public SavedContainer? TryReadState() => File.Exists(StateFile) ? ReadState() : null;

    /// <param name="config">The bytes of config.json, kept beside it: one file is written and removed faster than two.</param>
    public void WriteState(SavedContainer state, ReadOnlySpan<byte> config)
    {
        AppendFile.Replace(StateFile, SavedJson.Write(state, config));
    }

    /// <summary>The config.json that the container was created with.</summary>
    public ContainerSpec ReadConfig() => ContainerSpecReader.Read(SavedJson.ReadConfig(File.ReadAllBytes(StateFile), StateFile), StateFile);

    /// <summary>Its hooks; null for none, which is found out without taking the whole configuration apart.</summary>
    public HooksSpec? ReadHooks()
    {
        var bytes = File.ReadAllBytes(StateFile);
        return bytes.AsSpan().IndexOf("\"hooks\""u8) < 0 ? null : ContainerSpecReader.Read(SavedJson.ReadConfig(bytes, StateFile), StateFile).Hooks;
    }

    public void Remove()
    {
        File.Delete(StateFile);
        if (Directory.Exists(FullPath))
        {
            Directory.Delete(FullPath, recursive: true);
        }
    }

    private static ContainerDirectory Of(GlobalOptions options, string id)
    {
        // What runc takes: an id is a file name too.
        var valid = id.Length is > 0 and <= 1024 && id is not ("." or "..") && id[0] != '.'
            && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.');
        return valid
            ? new(id, Path.Combine(options.Root, id))
            : throw new InvalidArgumentException($"container id {id} is not valid: it is made of letters, digits and _ + - . and does not begin with a dot");
    }
}

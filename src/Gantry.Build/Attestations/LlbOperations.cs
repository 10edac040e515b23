using System.Text;
using System.Text.Json.Nodes;
using Gantry.Build.Planning;
using Gantry.Build.Steps;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>What steps do, as JSON of LLB's operations (<c>pb.Op</c>): what is zero or empty is left out.</summary>
internal static class LlbOperations
{
    private const int AsItIs = -1;
    private const int DirectoryMode = 0x1ED;
    private const int FileMode = 0x1A4;
    private const string DocumentPlace = "/dev/pipes";
    private static readonly string[] OwnerParts = ["user", "group"];

    public static JsonObject Platform(Platform platform)
    {
        var json = new JsonObject { ["Architecture"] = platform.Architecture, ["OS"] = platform.Os };
        AddText(json, "Variant", platform.Variant);
        return json;
    }

    /// <summary>Without variables of proxies, which may have passwords.</summary>
    /// <param name="root">The number of the filesystem that the program changes.</param>
    /// <param name="input">Gives the number of what another mount shows.</param>
    /// <param name="files">The number of here-documents that are run; null for none.</param>
    public static JsonObject Exec(RunStep step, int root, Func<CopySource, int> input, int? files)
    {
        var meta = new JsonObject { ["args"] = Texts(step.Args), ["env"] = Texts(step.Env.Where(variable => !PlatformArguments.Proxies.Contains(variable.Split('=')[0]))), ["cwd"] = step.WorkingDirectory };
        AddText(meta, "user", step.User);
        AddText(meta, "hostname", step.Limits.HostName);
        var mounts = new JsonArray(LlbMounts.Bind(root, "/", path: "", readOnly: false, output: 0));
        foreach (var mount in step.Mounts)
        {
            if (LlbMounts.Of(mount, input) is { } json)
            {
                mounts.Add((JsonNode)json);
            }
        }

        if (files is { } documents)
        {
            mounts.Add((JsonNode)LlbMounts.Bind(documents, DocumentPlace, path: "", readOnly: true));
        }

        var exec = new JsonObject { ["meta"] = meta, ["mounts"] = mounts };
        AddNumber(exec, "network", step.Network switch { "host" => 1, "none" => 2, _ => 0 });
        AddNumber(exec, "security", step.Privileged ? 1 : 0);
        if (step.Mounts.OfType<SecretMount>().Where(secret => secret.Variable is not null).ToList() is { Count: > 0 } variables)
        {
            exec["secretenv"] = new JsonArray([.. variables.Select(LlbMounts.Variable)]);
        }

        return new() { ["exec"] = exec };
    }

    /// <param name="beneath">The number of what is copied onto.</param>
    /// <param name="from">The number of each source.</param>
    /// <param name="inputs">How many there are: the result of an action counts on from them.</param>
    public static JsonObject Copy(CopyStep step, int beneath, IReadOnlyList<int> from, int inputs)
    {
        var actions = new List<(int Source, string Kind, JsonObject Action)>();
        foreach (var (source, number) in step.Sources.Zip(from))
        {
            actions.AddRange(source is InlineSource inline
                ? inline.Files.Select(file => (number, "mkfile", MakeFile(step.Destination.EndsWith('/') ? step.Destination + file.Name : step.Destination, file.Content)))
                : source.Paths.Select(path => (number, "copy", Copy(step, source, path, beneath))));
        }

        return File(actions, beneath, inputs);
    }

    public static JsonObject Files(IReadOnlyList<InlineFile> files) =>
        File([.. files.Select(file => (LlbInputs.Nothing, "mkfile", MakeFile(file.Name[DocumentPlace.Length..], file.Content)))], LlbInputs.Nothing, inputs: 0);

    public static JsonObject MakeDirectory(MakeDirectoryStep step, int beneath)
    {
        var json = new JsonObject { ["path"] = step.Path, ["mode"] = DirectoryMode, ["makeParents"] = true, ["timestamp"] = AsItIs };
        AddOwner(json, step.Owner, beneath);
        return File([(LlbInputs.Nothing, "mkdir", json)], beneath, inputs: 1);
    }

    public static JsonObject Merge(int count)
    {
        var inputs = Enumerable.Range(0, count).Select(number =>
        {
            var input = new JsonObject();
            AddNumber(input, "input", number);
            return input;
        });
        return new() { ["merge"] = new JsonObject { ["inputs"] = new JsonArray([.. inputs]) } };
    }

    /// <summary>Each action changes what the one before left; the result is that of the last.</summary>
    private static JsonObject File(List<(int Source, string Kind, JsonObject Action)> actions, int beneath, int inputs)
    {
        var list = new JsonArray();
        foreach (var (index, (source, kind, action)) in actions.Index())
        {
            list.Add((JsonNode)new JsonObject
            {
                ["input"] = index == 0 ? beneath : inputs + index - 1,
                ["secondaryInput"] = source,
                ["output"] = index == actions.Count - 1 ? 0 : -1,
                ["Action"] = new JsonObject { [kind] = action },
            });
        }

        return new() { ["file"] = new JsonObject { ["actions"] = list } };
    }

    private static JsonObject Copy(CopyStep step, CopySource source, string path, int beneath)
    {
        var json = new JsonObject
        {
            ["src"] = path.StartsWith('/') ? path : "/" + path,
            ["dest"] = step.Destination,
            ["mode"] = AsItIs,
            ["followSymlink"] = true,
            ["dirCopyContents"] = true,
            ["createDestPath"] = true,
            ["allowWildcard"] = true,
            ["allowEmptyWildcard"] = true,
            ["timestamp"] = AsItIs,
        };
        if (source.Unpack)
        {
            json["attemptUnpackDockerCompatibility"] = true;
        }

        AddOwner(json, step.Owner, beneath);
        AddText(json, "modeStr", step.Mode?.ToString());
        if (step.ExcludesText.Length > 0)
        {
            json["exclude_patterns"] = Texts(step.ExcludesText.Split('\n'));
        }

        return json;
    }

    /// <param name="names">The number of the filesystem whose files say who has a name.</param>
    private static void AddOwner(JsonObject json, string? owner, int names)
    {
        if (owner is not { Length: > 0 })
        {
            return;
        }

        var owners = new JsonObject();
        foreach (var (kind, who) in OwnerParts.Zip(owner.Split(':', 2)))
        {
            owners[kind] = new JsonObject { ["User"] = uint.TryParse(who, out var id) ? new JsonObject { ["byId"] = id } : new JsonObject { ["byName"] = new JsonObject { ["name"] = who, ["input"] = names } } };
        }

        json["owner"] = owners;
    }

    private static JsonObject MakeFile(string path, string content) =>
        new() { ["path"] = path, ["mode"] = FileMode, ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content)), ["timestamp"] = AsItIs };

    internal static void AddText(JsonObject json, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            json[name] = value;
        }
    }

    internal static void AddNumber(JsonObject json, string name, long value)
    {
        if (value != 0)
        {
            json[name] = value;
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}

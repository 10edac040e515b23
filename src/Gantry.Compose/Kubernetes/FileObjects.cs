using System.Text;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>Where a file of a pod comes from.</summary>
/// <param name="Name">Of the ConfigMap or Secret.</param>
/// <param name="Key">Of the file in it.</param>
internal readonly record struct FileSource(string Name, string Key);

/// <summary>ConfigMaps and Secrets: configs, secrets, environment files, and single files that are bound.</summary>
internal sealed class FileObjects(ManifestContext context)
{
    /// <summary>An object of Kubernetes holds a MiB; its other parts need room too.</summary>
    private const int MostBytes = 1_000_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly OrderedDictionary<string, (KubernetesObject Object, FileSource Source)> objects = new(StringComparer.Ordinal);

    public IEnumerable<KubernetesObject> All => objects.Values.Select(entry => entry.Object);

    public FileSource Config(ComposeService service, string source) => Defined(service, "configs", source, context.Project.Configs[source], isSecret: false);

    public FileSource Secret(ComposeService service, string source) => Defined(service, "secrets", source, context.Project.Secrets[source], isSecret: true);

    /// <summary>A file of the host; null where it is none, or too large.</summary>
    public FileSource? Bound(string path)
    {
        if (objects.TryGetValue($"file {path}", out var known))
        {
            return known.Source;
        }

        if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
        {
            return null;
        }

        return Make($"file {path}", NameOfFile(path), KubernetesNames.Key(Path.GetFileName(path)), Bytes(path), isSecret: false);
    }

    /// <summary>The ConfigMap with the variables of an environment file.</summary>
    public string Environment(EnvFile file)
    {
        if (objects.TryGetValue($"environment {file.Path}", out var known))
        {
            return known.Source.Name;
        }

        var data = new OutputMap(OutputFormat.Yaml);
        foreach (var (name, value) in ServiceEnvironment.Read(file, context.Project.Environment.GetValueOrDefault, context.Options.Warn).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            data.Always(name, value);
        }

        var objectName = Free(NameOfFile(file.Path));
        var body = new OutputMap(OutputFormat.Yaml).Set("data", data.Node).Node;
        objects[$"environment {file.Path}"] = (context.Object("v1", "ConfigMap", objectName, null, body), new(objectName, ""));
        return objectName;
    }

    private FileSource Defined(ComposeService service, string section, string source, FileDefinition definition, bool isSecret)
    {
        if (objects.TryGetValue($"{section} {source}", out var known))
        {
            return known.Source;
        }

        if (definition.External || definition.Driver is not null)
        {
            context.Warn($"{section}.{source}", $"it is external: {(isSecret ? "a Secret" : "a ConfigMap")} {KubernetesNames.Of(definition.Name)} with the key {KubernetesNames.Key(source)} has to exist");
            return new(KubernetesNames.Of(definition.Name), KubernetesNames.Key(source));
        }

        var content = definition switch
        {
            { Content: { } text } => Strict.GetBytes(text),
            { Value: { } value } => Strict.GetBytes(value),
            { Environment: { } variable } => Strict.GetBytes(context.Project.Environment.GetValueOrDefault(variable)
                ?? throw new ComposeException($"{section}.{source}.environment: the variable {variable} is not set, and services.{service.Name} needs it")),
            _ => Bytes(definition.File!),
        };
        if (content.Length > MostBytes)
        {
            throw new ComposeException($"{section}.{source}: it has {content.Length} bytes, and Kubernetes takes no more than {MostBytes} of them");
        }

        return Make($"{section} {source}", KubernetesNames.Of(source), KubernetesNames.Key(source), content, isSecret);
    }

    private FileSource Make(string id, string name, string key, byte[] content, bool isSecret)
    {
        name = Free(name);
        var (section, text) = Text(content) is { } readable
            ? (isSecret ? "stringData" : "data", readable)
            : (isSecret ? "data" : "binaryData", Convert.ToBase64String(content));
        var body = new OutputMap(OutputFormat.Yaml).Set(section, new OutputMap(OutputFormat.Yaml).Always(key, text).Node);
        if (isSecret)
        {
            body.Add("type", "Opaque");
        }

        objects[id] = (context.Object("v1", isSecret ? "Secret" : "ConfigMap", name, null, body.Node), new(name, key));
        return new(name, key);
    }

    private string Free(string name)
    {
        var free = name;
        for (var i = 2; objects.Values.Any(entry => entry.Source.Name == free); i++)
        {
            free = KubernetesNames.Of($"{name[..Math.Min(name.Length, 50)]}-{i}");
        }

        return free;
    }

    private string NameOfFile(string path) =>
        KubernetesNames.Of(path.StartsWith(context.Project.WorkingDirectory + "/", StringComparison.Ordinal) ? Path.GetRelativePath(context.Project.WorkingDirectory, path) : path);

    /// <summary>Null where it is not text.</summary>
    private static string? Text(byte[] content)
    {
        try
        {
            return content.Contains((byte)0) ? null : Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComposeException($"{path} cannot be read: {e.Message}", null, e);
        }
    }
}

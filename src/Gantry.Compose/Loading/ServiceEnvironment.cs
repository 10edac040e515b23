using Gantry.Compose.Binding;
using Gantry.Compose.Model;

namespace Gantry.Compose.Loading;

/// <summary>Merges a service's environment and label files into its environment and labels.</summary>
internal static class ServiceEnvironment
{
    /// <summary>The labels of files, and over them those of the service.</summary>
    public static ComposeService WithLabels(ComposeService service, Action<string> warn)
    {
        if (service.LabelFiles.Count == 0)
        {
            return service;
        }

        var files = service.LabelFiles.Select(file => FileText.Exists(file) ? file : throw new ComposeException($"services.{service.Name}.label_file: label file {file} not found"));
        return service with
        {
            Labels = MappingReader.Sorted(files.SelectMany(file => DotEnv.Parse(FileText.Read(file), file, _ => null, warn)).Concat(service.Labels)),
            LabelFiles = [],
        };
    }

    public static ComposeService WithEnvironment(ComposeService service, IReadOnlyDictionary<string, string> project, Action<string> warn)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in service.EnvFiles)
        {
            if (!FileText.Exists(file.Path))
            {
                if (file.Required)
                {
                    throw new ComposeException($"services.{service.Name}.env_file: env file {file.Path} not found; make it, or set required: false");
                }

                continue;
            }

            foreach (var (name, value) in Read(file, name => values.GetValueOrDefault(name) ?? project.GetValueOrDefault(name), warn))
            {
                values[name] = value;
            }
        }

        foreach (var (name, value) in service.Environment)
        {
            values[name] = value ?? project.GetValueOrDefault(name);
        }

        return service with
        {
            Environment = MappingReader.Sorted(values),
            EnvFiles = [],
        };
    }

    public static IReadOnlyDictionary<string, string> Read(EnvFile file, Func<string, string?> lookup, Action<string> warn) => file.Format switch
    {
        null or "" => DotEnv.Parse(FileText.Read(file.Path), file.Path, lookup, warn),
        "raw" => DotEnv.ParseRaw(FileText.Read(file.Path), lookup),
        _ => throw new ComposeException($"the environment file {file.Path} has the unknown format \"{file.Format}\"; it is raw, or left out"),
    };
}

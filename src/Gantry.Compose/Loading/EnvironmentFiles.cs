namespace Gantry.Compose.Loading;

/// <summary>The variables for interpolation: those of the process, then those of environment files.</summary>
internal static class EnvironmentFiles
{
    public static Variables With(IReadOnlyDictionary<string, string> environment, IEnumerable<string> files, Action<string> warn)
    {
        var read = new Variables();
        foreach (var file in files)
        {
            var (values, places) = DotEnv.ParseWithPlaces(Read(file), file, name => environment.GetValueOrDefault(name) ?? read.GetValueOrDefault(name), warn);
            foreach (var (name, value) in values)
            {
                read.Set(name, value, places.GetValueOrDefault(name));
            }
        }

        read.Add(environment);
        return read;
    }

    /// <summary>The files that the options, COMPOSE_ENV_FILES or the directory name.</summary>
    public static IReadOnlyList<string> Named(LoadOptions options, IReadOnlyDictionary<string, string> environment, string directory)
    {
        var named = options.EnvFiles.Count > 0 ? options.EnvFiles
            : environment.GetValueOrDefault("COMPOSE_ENV_FILES") is { Length: > 0 } list ? list.Split(',')
            : [];
        if (named.Count > 0)
        {
            return [.. named.Select(file => Path.GetFullPath(file, options.CurrentDirectory))];
        }

        if (environment.GetValueOrDefault("COMPOSE_DISABLE_ENV_FILE") is { } disable && Binding.Scalars.IsTrue(disable))
        {
            return [];
        }

        var implied = Path.Combine(directory, ".env");
        return FileText.Exists(implied) ? [implied] : [];
    }

    private static string Read(string file)
    {
        if (Directory.Exists(file))
        {
            throw new ComposeException($"the environment file {file} is a directory");
        }

        return FileText.Exists(file) ? FileText.Read(file) : throw new ComposeException($"couldn't find env file: {file}");
    }
}

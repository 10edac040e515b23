using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>
/// Services that another program provides (spec.md, "provider"): it is run with <c>up</c> and <c>down</c>, tells of its work in lines of
/// JSON, and sets variables that those who depend on the service get, behind the service's name.
/// </summary>
internal sealed class ServiceProvider(ComposeProject project, IComposeProgress progress, bool isRehearsal)
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> variables = new(StringComparer.Ordinal);

    /// <summary>The service with the variables of the provided ones it depends on; its own win.</summary>
    public ComposeService WithProvided(ComposeService service)
    {
        var environment = new SortedDictionary<string, string?>(service.Environment.ToDictionary(), StringComparer.Ordinal);
        foreach (var dependency in service.DependsOn.Keys)
        {
            foreach (var (name, value) in variables.GetValueOrDefault(dependency) ?? Empty.Map<string>())
            {
                environment.TryAdd(name, value);
            }
        }

        return environment.Count == service.Environment.Count ? service : service with { Environment = environment };
    }

    public async Task UpAsync(ComposeService service, CancellationToken cancellationToken) =>
        variables[service.Name] = await RunAsync(service, "up", "Creating", "Created", cancellationToken).ConfigureAwait(false);

    public Task DownAsync(ComposeService service, CancellationToken cancellationToken) => RunAsync(service, "down", "Removing", "Removed", cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> RunAsync(ComposeService service, string verb, string doing, string done, CancellationToken cancellationToken)
    {
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        await progress.ShowAsync(service.Name, doing, done, async () =>
        {
            if (!isRehearsal) await RunAsync(service, verb, set, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return set;
    }

    private async Task RunAsync(ComposeService service, string verb, Dictionary<string, string> set, CancellationToken cancellationToken)
    {
        var provider = service.Provider!;
        var start = new ProcessStartInfo(ProgramOf(service, provider.Type)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = project.WorkingDirectory };
        foreach (var word in (string[])["compose", $"--project-name={project.Name}", verb, .. provider.Options.SelectMany(option => option.Value.Select(value => $"--{option.Key}={value}")), service.Name])
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in project.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Start(start, service);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var failure = "";
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                Take(line, service, set, ref failure);
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0 || failure.Length > 0)
        {
            var told = failure.Length > 0 ? failure : (await errors.ConfigureAwait(false)).Trim();
            throw new ComposeException($"service {service.Name}: provider {provider.Type} failed to {verb}: {(told.Length > 0 ? told : $"exit code {process.ExitCode}")}");
        }
    }

    private static Process Start(ProcessStartInfo start, ComposeService service)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ComposeException($"service {service.Name}: the program of provider {service.Provider!.Type} cannot be run: {e.Message}", null, e);
        }
    }

    private void Take(string line, ComposeService service, Dictionary<string, string> set, ref string failure)
    {
        try
        {
            using var message = JsonDocument.Parse(line);
            var text = message.RootElement.GetProperty("message").GetString() ?? "";
            switch (message.RootElement.GetProperty("type").GetString())
            {
                case "info":
                    progress.Report(new(service.Name, ProgressState.Working, text));
                    break;
                case "error":
                    failure = text;
                    break;
                case "setenv" when text.Split('=', 2) is [var name, var value]:
                    set[$"{service.Name.ToUpperInvariant().Replace('-', '_')}_{name}"] = value;
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ComposeException($"service {service.Name}: provider {service.Provider!.Type} printed {line}, where a line of JSON with type and message was expected", null, e);
        }
    }

    /// <summary>A plug-in of the docker command line, or else a program of that name.</summary>
    private string ProgramOf(ComposeService service, string type)
    {
        var home = project.Environment.GetValueOrDefault("HOME") ?? "/";
        var configuration = project.Environment.GetValueOrDefault("DOCKER_CONFIG") is { Length: > 0 } given ? given : Path.Combine(home, ".docker");
        IEnumerable<string> plugins = [Path.Combine(configuration, "cli-plugins"), "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"];
        IEnumerable<string> path = (project.Environment.GetValueOrDefault("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return plugins.Select(directory => Path.Combine(directory, $"docker-{type}")).Concat(path.Select(directory => Path.Combine(directory, type))).FirstOrDefault(File.Exists)
            ?? throw new ComposeException($"service {service.Name}: there is no program for provider {type}: neither a docker plug-in docker-{type} nor {type} in the PATH");
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>The images of a project's services: found, pulled or built.</summary>
public sealed class ProjectImages(GantryClient client, IComposeProgress progress, IImageBuilder builder)
{
    private readonly ConcurrentDictionary<string, string> ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> named = new(StringComparer.Ordinal);

    /// <summary>The id of a service's image; empty where it is not here.</summary>
    public string IdOf(ComposeProject project, ComposeService service) => ids.GetValueOrDefault(ContainerNames.ImageOf(project, service), "");

    /// <summary>Brings about that every service has its image.</summary>
    public async Task EnsureAsync(ComposeProject project, UpOptions options, CancellationToken cancellationToken)
    {
        await FindAsync(project, cancellationToken).ConfigureAwait(false);
        var services = project.Services.Values.Where(service => service.Provider is null).ToList();
        var made = services.Where(service => service.Build is not null && !options.NeverBuilds).Select(service => ContainerNames.ImageOf(project, service)).ToHashSet(StringComparer.Ordinal);
        var pulled = services.Where(service => IsPulled(project, service, options) && (service.Build is not null || !made.Contains(ContainerNames.ImageOf(project, service)))).DistinctBy(service => ContainerNames.ImageOf(project, service)).ToList();
        await PullAsync(pulled, options.Parallel, service => PullAsync(project, service, isQuiet: options.QuietPull, mayFail: service.Build is not null && !options.NeverBuilds, cancellationToken)).ConfigureAwait(false);
        var built = services.Where(service => IsBuilt(project, service, options)).DistinctBy(service => ContainerNames.ImageOf(project, service)).ToList();
        if (built.Count > 0)
        {
            await builder.BuildAsync(project, built, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(built.Select(service => FindAsync(ContainerNames.ImageOf(project, service), cancellationToken))).ConfigureAwait(false);
        }

        foreach (var service in services.Where(service => IdOf(project, service).Length == 0 && !client.IsRehearsal))
        {
            throw new ComposeException($"no such image: {ContainerNames.ImageOf(project, service)}: pull it, or give service {service.Name} a build section");
        }
    }

    /// <param name="parallel">How many at once; null for all.</param>
    /// <param name="pull">Pulls the image of one.</param>
    public static async Task PullAsync(IEnumerable<ComposeService> services, int? parallel, Func<ComposeService, Task> pull)
    {
        using var slots = new WorkSlots(parallel);
        await Task.WhenAll(services.Select(service => slots.RunAsync(() => pull(service)))).ConfigureAwait(false);
    }

    /// <summary>Pulls the image of a service.</summary>
    /// <param name="mayFail">It can be built instead.</param>
    public async Task PullAsync(ComposeProject project, ComposeService service, bool isQuiet, bool mayFail, CancellationToken cancellationToken)
    {
        var image = ContainerNames.ImageOf(project, service);
        progress.Report(new(service.Name, ProgressState.Working, "Pulling"));
        try
        {
            var query = new Query("/images/create").Add("fromImage", image).Add("platform", service.Platform);
            if (!image.Contains('@', StringComparison.Ordinal) && !image[(image.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal)) query.Add("tag", "latest");
            await foreach (var message in client.PostMessagesAsync(query.ToString(), registryAuth: builder.CredentialsFor(image), cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (message.TryGetProperty("error", out var error)) throw new UnavailableException(error.GetString()!);
                if (!isQuiet && message.TryGetProperty("id", out var id)) progress.Report(new($" {id.GetString()}", StateOf(message), message.GetProperty("status").GetString()!));
            }

            await FindAsync(image, cancellationToken).ConfigureAwait(false);
            progress.Report(new(service.Name, ProgressState.Done, "Pulled"));
        }
        catch (GantryException e) when (mayFail)
        {
            progress.Report(new(service.Name, ProgressState.Warning, e.Message));
        }
        catch (GantryException)
        {
            progress.Report(new(service.Name, ProgressState.Error, "Error"));
            throw;
        }
    }

    public async Task FindAsync(ComposeProject project, CancellationToken cancellationToken) =>
        await Task.WhenAll(project.Services.Values.Where(service => service.Provider is null).Select(service => ContainerNames.ImageOf(project, service)).Distinct()
            .Select(image => FindAsync(image, cancellationToken))).ConfigureAwait(false);

    private async Task FindAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetAsync($"/images/{Query.Segment(image)}/json", cancellationToken).ConfigureAwait(false);
            ids[image] = found.GetProperty("Id").GetString()!;
            if (found.TryGetProperty("Metadata", out var metadata) && metadata.TryGetProperty("LastTagTime", out var time) && time.TryGetDateTimeOffset(out var last)) named[image] = last;
        }
        catch (NotFoundException)
        {
            ids.TryRemove(image, out _);
        }
    }

    private static ProgressState StateOf(JsonElement message) =>
        message.GetProperty("status").GetString() is "Pull complete" or "Already exists" ? ProgressState.Done : ProgressState.Working;

    private bool IsPulled(ComposeProject project, ComposeService service, UpOptions options)
    {
        var isHere = IdOf(project, service).Length > 0;
        var policy = options.PullPolicy ?? service.PullPolicy ?? "";
        if (isHere && PullInterval.Of(policy) is { } interval)
        {
            // A pull names the image anew, also where nothing had changed.
            return service.Image is not null && DateTimeOffset.UtcNow - named.GetValueOrDefault(service.Image) > interval;
        }

        return policy switch
        {
            "always" => service.Build is null || service.Image is not null,
            "never" => false,
            "build" => false,
            _ when isHere => false,
            _ => service.Build is null || (service.Image is not null && !options.Build && options.NeverBuilds),
        };
    }

    private bool IsBuilt(ComposeProject project, ComposeService service, UpOptions options) =>
        service.Build is not null && !options.NeverBuilds
        && (options.Build || service.PullPolicy == "build" || IdOf(project, service).Length == 0);
}

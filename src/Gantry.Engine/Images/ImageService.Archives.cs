using System.Runtime.CompilerServices;
using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    private const string HubAddress = "https://index.docker.io/v1/";

    public IAsyncEnumerable<ProgressMessage> LoadAsync(Stream archive, IReadOnlyList<Platform> platforms, bool quiet, CancellationToken cancellationToken) => LoadedAsync(ReportAsync(
        async (progress, token) =>
        {
            foreach (var image in await store.LoadAsync(archive, platforms, progress, token).ConfigureAwait(false))
            {
                events.Publish("load", image.Id.ToString(), image.RepoTags is [var name, ..] ? name : image.Id.ToString());
            }
        },
        cancellationToken), quiet);

    public async IAsyncEnumerable<ProgressMessage> ImportAsync(
        ImageImportOptions options, Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImageReference? name = options.Repository is { Length: > 0 } repository ? ImageReference.Parse(repository) : null;
        if (name is { } bare)
        {
            name = options.Tag is { Length: > 0 } tag ? bare.WithTag(tag) : bare.WithDefaultTag();
        }

        var platform = options.Platform is { Length: > 0 } text ? Platform.Parse(text) : null;
        if (platform is { Os: not "linux" })
        {
            throw new InvalidArgumentException($"invalid platform {platform}: operating system is not supported");
        }

        var image = await store.ImportAsync(content, name, options.Message, platform, options.Changes, cancellationToken).ConfigureAwait(false);
        events.Publish("import", image.Id.ToString(), image.Id.ToString());
        yield return new ProgressMessage { Status = image.Id.ToString() };
    }

    public Task<Func<Stream, CancellationToken, Task>> SaveAsync(IReadOnlyList<string> images, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken)
    {
        images = [.. images.SelectMany(WithAllTags)];
        var write = store.Save(images, platforms);
        foreach (var name in images)
        {
            var id = store.Resolve(name).Id.ToString();
            events.Publish("save", id, id);
        }

        return Task.FromResult(write);
    }

    /// <summary>A repository without a tag stands for all of its images.</summary>
    private IEnumerable<string> WithAllTags(string given) =>
        ImageReference.TryParse(given, out var name) && name.IsNameOnly && store.TagsOf(name) is { Count: > 0 } tags ? tags.Select(tag => tag.Familiar) : [given];

    public async Task<AuthResponse> AuthenticateAsync(AuthConfig credentials, CancellationToken cancellationToken)
    {
        var server = credentials.ServerAddress is { Length: > 0 } address ? address : HubAddress;
        var domain = server == HubAddress ? ImageReference.DefaultDomain
            : Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri!.Authority
            : server.TrimEnd('/');
        var token = await store.LoginAsync(domain, ToRegistryAuth(credentials)!, cancellationToken).ConfigureAwait(false);
        return new AuthResponse { Status = "Login Succeeded", IdentityToken = token ?? "" };
    }

    /// <summary>What a load says is for people as it stands: a stream of text, not a status.</summary>
    private static async IAsyncEnumerable<ProgressMessage> LoadedAsync(IAsyncEnumerable<ProgressMessage> messages, bool quiet)
    {
        await foreach (var message in messages.ConfigureAwait(false))
        {
            if (quiet && message.Id is not null)
            {
                continue;
            }

            yield return message is { Id: null, Status: { } text } ? new ProgressMessage { Stream = text + "\n" } : message;
        }
    }
}

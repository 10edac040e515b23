using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Manifests;

/// <summary>What registries have, asked for through gantryd: it knows their certificates, proxies and mirrors.</summary>
internal sealed class RemoteImages(Session session, bool insecure)
{
    private const string NoSuchEndpoint = "page not found";

    /// <returns>Null where the registry has no such manifest.</returns>
    /// <param name="configuration">With the configuration, where it is the manifest of an image.</param>
    public async ValueTask<RemoteManifest?> FindAsync(ImageReference name, bool configuration)
    {
        try
        {
            var query = Target(name, "manifest").Add("configuration", configuration);
            var answer = await session.Client.GetAsync(query.ToString(), Auth(name)).ConfigureAwait(false);
            var descriptor = answer.At("Descriptor");
            return new RemoteManifest(
                new Descriptor { MediaType = descriptor.Text("mediaType"), Digest = Digest.Parse(descriptor.Text("digest")), Size = descriptor.Number("size") },
                answer.At("Raw").GetBytesFromBase64(),
                answer.At("Configuration") is { ValueKind: JsonValueKind.String } config ? config.GetBytesFromBase64() : null);
        }
        catch (NotFoundException e)
        {
            RequireGantryd(e);
            return null;
        }
    }

    /// <returns>The digest it has there.</returns>
    public async ValueTask<string> PutAsync(ImageReference name, string mediaType, byte[] content)
    {
        var body = new JsonBody { ["MediaType"] = mediaType, ["Raw"] = Convert.ToBase64String(content) };
        return (await PostAsync(Target(name, "manifest"), body, name).ConfigureAwait(false)).Text("Digest");
    }

    /// <summary>A small blob of a repository, verified.</summary>
    public async ValueTask<byte[]> GetBlobAsync(ImageReference blob)
    {
        try
        {
            return (await session.Client.GetAsync(Target(blob, "blob").ToString(), Auth(blob)).ConfigureAwait(false)).At("Raw").GetBytesFromBase64();
        }
        catch (NotFoundException e)
        {
            RequireGantryd(e);
            throw;
        }
    }

    /// <summary>Gives a registry a small blob, where it does not have it.</summary>
    public ValueTask<JsonElement> PutBlobAsync(ImageReference name, byte[] content) =>
        PostAsync(Target(name, "blob"), new JsonBody { ["Raw"] = Convert.ToBase64String(content) }, name);

    /// <summary>Lets a registry take a manifest with its content over from another repository of its own.</summary>
    public ValueTask<JsonElement> CopyAsync(ImageReference target, ImageReference source) =>
        PostAsync(Target(target, "copy"), new JsonBody { ["From"] = source.ToString() }, target);

    private async ValueTask<JsonElement> PostAsync(Query query, JsonBody body, ImageReference name)
    {
        try
        {
            return await session.Client.PostAsync(query.ToString(), body.ToUtf8(), Auth(name)).ConfigureAwait(false);
        }
        catch (NotFoundException e)
        {
            RequireGantryd(e);
            throw;
        }
    }

    private Query Target(ImageReference name, string what) => new Query($"/distribution/{Query.Segment(name.ToString())}/{what}").Add("insecure", insecure);

    private string Auth(ImageReference name) => session.Config.RegistryAuth(name.Domain);

    private void RequireGantryd(NotFoundException answer)
    {
        if (answer.Message.EndsWith(NoSuchEndpoint, StringComparison.Ordinal))
        {
            throw new CommandLineException($"the daemon at {session.Client.Address.Text} does not read manifests at registries for its clients: gantryd does");
        }
    }
}

/// <param name="Configuration">Of the image; null for an index, and where it was not asked for.</param>
internal sealed record RemoteManifest(Descriptor Descriptor, byte[] Raw, byte[]? Configuration)
{
    public ImageIndex ParseIndex() => JsonSerializer.Deserialize(Raw, ImageJson.Default.ImageIndex)!;

    public ImageManifest ParseManifest() => JsonSerializer.Deserialize(Raw, ImageJson.Default.ImageManifest)!;

    public ImageConfiguration? ParseConfiguration() => Configuration is null ? null : JsonSerializer.Deserialize(Configuration, ImageJson.Default.ImageConfiguration);
}

using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Requests;

namespace Gantry.Compose.Running;

/// <summary>Makes containers in the engine, with all that has to be done before they can be started.</summary>
internal sealed class ContainerMaker(GantryClient client, ComposeProject project)
{
    /// <summary>The first version whose engines take several networks at a container's making.</summary>
    private static readonly ApiVersion SeveralNetworks = new(1, 44);

    public async Task<bool> IsOldAsync(CancellationToken cancellationToken) =>
        (await client.NegotiateAsync(cancellationToken).ConfigureAwait(false)).CompareTo(SeveralNetworks) < 0;

    /// <returns>Its id. A container that could not be completed is gone again.</returns>
    public async Task<string> MakeAsync(ContainerRequest request, string name, CancellationToken cancellationToken)
    {
        var made = await client.CreateContainerAsync(new ContainerBody(request).Make().ToUtf8(), name, request.Service.Platform, cancellationToken).ConfigureAwait(false);
        var id = made.GetProperty("Id").GetString()!;
        try
        {
            foreach (var (network, endpoint) in NetworkBodies.Further(request))
            {
                await client.PostAsync($"/networks/{Query.Segment(network)}/connect", new JsonBody { ["Container"] = id, ["EndpointConfig"] = endpoint }.ToUtf8(), cancellationToken).ConfigureAwait(false);
            }

            await PutFilesAsync(id, request.Service, cancellationToken).ConfigureAwait(false);
            return id;
        }
        catch
        {
            await client.DeleteAsync($"/containers/{id}?force=1", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Secrets and configs whose content is in the files or in a variable go into the container as files.</summary>
    private async Task PutFilesAsync(string id, ComposeService service, CancellationToken cancellationToken)
    {
        var files = service.Secrets.Select(reference => (Reference: reference, Definition: (FileDefinition)project.Secrets[reference.Source], Directory: "/run/secrets/"))
            .Concat(service.Configs.Select(reference => (Reference: reference, Definition: (FileDefinition)project.Configs[reference.Source], Directory: "/")))
            .Where(file => file.Definition.File is null or "").ToList();
        if (files.Count == 0)
        {
            return;
        }

        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (reference, definition, directory) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, MountBodies.PathOf(reference, directory)[1..])
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(ContentOf(reference, definition))),
                    Mode = (UnixFileMode)(reference.Mode ?? 0x124 /* 0444 */),
                    Uid = IdOf(reference.Uid),
                    Gid = IdOf(reference.Gid),
                });
            }
        }

        archive.Position = 0;
        await client.ExtractArchiveAsync(id, "/", copyOwner: false, archive, cancellationToken).ConfigureAwait(false);
    }

    private string ContentOf(FileReference reference, FileDefinition definition) =>
        definition.Content
        ?? definition.Value
        ?? (definition.Environment is { Length: > 0 } variable
            ? project.Environment.GetValueOrDefault(variable) ?? throw new ComposeException($"environment variable {variable} required by {reference.Source} is not set")
            : throw new ComposeException($"{reference.Source} has neither a file nor content"));

    private static int IdOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}

using Gantry.Cli.Hosts;
using Gantry.Client;
using Gantry.Compose;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Cli.Compose;

/// <summary>Names of images with the digests that their registries have for them.</summary>
internal static class ImageDigests
{
    /// <summary>The project with a digest in each image's name. The daemon asks the registries.</summary>
    /// <exception cref="ComposeException">A registry does not have the image.</exception>
    public static async Task<ComposeProject> PinAsync(GantryClient client, ConfigFile config, ComposeProject project)
    {
        var services = await Task.WhenAll(project.Services.Values.Select(PinAsync)).ConfigureAwait(false);
        return project with { Services = services.ToDictionary(service => service.Name, StringComparer.Ordinal) };

        async Task<ComposeService> PinAsync(ComposeService service)
        {
            if (string.IsNullOrEmpty(service.Image)) return service;
            var name = ImageReference.Parse(service.Image).WithDefaultTag();
            if (name.Digest is { } known) return service with { Image = name.NameOnly().WithDigest(known).ToString() };
            try
            {
                var answer = await client.GetAsync($"/distribution/{Query.Segment(name.ToString())}/json", config.RegistryAuth(name.Domain)).ConfigureAwait(false);
                return service with { Image = name.WithDigest(Digest.Parse(answer.At("Descriptor").Text("digest"))).ToString() };
            }
            catch (GantryException e)
            {
                throw new ComposeException($"services.{service.Name}.image: the digest of {service.Image} cannot be found: {e.Message}", null, e);
            }
        }
    }

    /// <summary>The services with nothing but their images.</summary>
    public static ComposeProject Only(ComposeProject project) => new()
    {
        Name = "",
        WorkingDirectory = project.WorkingDirectory,
        ComposeFiles = [],
        Environment = project.Environment,
        Services = project.Services.Values.ToDictionary(service => service.Name, service => new ComposeService { Name = service.Name, Image = service.Image }, StringComparer.Ordinal),
    };
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Manifests;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Compose;
using Gantry.Compose.Model;
using Gantry.Compose.Publishing;
using Gantry.Compose.Running;
using Gantry.Spec.Image;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose publish: the files of a project to a registry, through the daemon.</summary>
internal static class PublishCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "publish [OPTIONS] REPOSITORY[:TAG]", "Publish compose application", 1, 1, RunAsync, static o =>
    {
        o.Add("insecure-registry", null, "bool", "Speak to the registry without TLS, or with a certificate that nobody vouches for");
        o.Add("oci-version", null, "string", "OCI image/artifact specification version (\"1.0\"|\"1.1\")", "1.1");
        o.Add("resolve-image-digests", null, "bool", "Pin image tags to digests");
        o.Add("with-env", null, "bool", "Include environment variables in the published OCI artifact");
        o.Add("yes", 'y', "bool", "Assume \"yes\" as answer to all prompts");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        if (call.Text("oci-version") is not ("1.0" or "1.1")) throw new CommandLineException($"--oci-version is 1.0 or 1.1, not {OptionValues.Quote(call.Text("oci-version"))}");
        var name = ImageNames.Check(call.Arguments[0]).WithDefaultTag();
        if (name.Digest is not null) throw new CommandLineException($"{call.Arguments[0]} has a digest: a name to publish under has a tag");
        var project = ComposeLoader.Load(call.LoadOptions() with { Profiles = ["*"], ReadsEnvFiles = false }).Project;
        Check(call, project);
        var pinned = call.Flag("resolve-image-digests") ? await ImageDigests.PinAsync(call.Client, call.Session.Config, project).ConfigureAwait(false) : null;
        var artifact = ComposeArtifact.Of(project, pinned);
        if (call.IsDryRun)
        {
            await call.Progress.ShowAsync(name.Familiar, "publishing", "published", () => Task.CompletedTask).ConfigureAwait(false);
            return 0;
        }

        var registry = new RemoteImages(call.Session, call.Flag("insecure-registry"));
        foreach (var blob in artifact.Blobs) await registry.PutBlobAsync(name, blob).ConfigureAwait(false);
        var digest = await registry.PutAsync(name, MediaTypes.OciManifest, artifact.Manifest(call.Text("oci-version"), TimeProvider.System.GetUtcNow())).ConfigureAwait(false);
        call.Out.Line($"{name.Familiar} published: {digest}");
        return 0;
    }

    /// <summary>Others get what is published: nothing goes out unseen.</summary>
    private static void Check(ComposeCall call, ComposeProject project)
    {
        var services = project.AllServices.ToList();
        if (services.Where(service => service is { Build: not null, Image: null }).Select(service => service.Name).ToList() is { Count: > 0 } built)
        {
            throw new ComposeException($"who gets the file cannot build {string.Join(", ", built)}: give each an image, and push it");
        }

        if (!call.Flag("with-env") && services.Find(service => service.Environment.Count > 0 || service.EnvFiles.Count > 0) is { } known)
        {
            throw new ComposeException($"services.{known.Name} has variables of its environment, which can be secrets: --with-env publishes them");
        }

        var binds = services.SelectMany(service => service.Volumes.Where(mount => mount.Type == "bind").Select(mount => $"  {service.Name}: {mount.Source}")).ToList();
        if (binds.Count > 0 && !call.Flag("yes") && !Confirmation.Ask(call.Out, $"These paths of this machine are in the file, and are not published with it:\n{string.Join('\n', binds)}"))
        {
            throw new CommandLineException("nothing was published");
        }
    }
}

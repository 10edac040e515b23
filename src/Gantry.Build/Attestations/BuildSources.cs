using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Attestations;

/// <summary>What a plan's steps took from elsewhere.</summary>
internal sealed class BuildSources
{
    private const string Context = "context";
    private const string Dockerfile = "dockerfile";

    private BuildSources(IReadOnlyList<BuildSource> materials, IReadOnlyList<string> locals, bool isComplete) => (Materials, Locals, IsComplete) = (materials, locals, isComplete);

    /// <summary>Images, then repositories, then files of web servers.</summary>
    public IReadOnlyList<BuildSource> Materials { get; }

    /// <summary>Directories of the client.</summary>
    public IReadOnlyList<string> Locals { get; }

    /// <summary>The materials are all that the result depends on.</summary>
    public bool IsComplete { get; }

    public static async Task<BuildSources> FindAsync(BuildRun run, BuildRequest request, ImagePlan plan)
    {
        var (images, repositories, files) = (Sorted(), Sorted(), Sorted());
        var locals = new SortedSet<string>(StringComparer.Ordinal);
        var isComplete = true;
        if (request.Source is null)
        {
            locals.Add(Context);
        }
        else
        {
            addContext(null, request.Source);
        }

        if (request.IsDockerfileSent)
        {
            locals.Add(Dockerfile);
        }

        foreach (var step in Step.AllOf(plan.Step))
        {
            switch (step)
            {
                case ImageStep { Reference: { } reference } image:
                    add(images, new(PackageUrl.Of(reference, plan.Platform), SourcePin.Of(DigestOf(image.Image, reference))));
                    break;
                case ImageStep { Layout: var (name, target) }:
                    add(images, new(PackageUrl.OfLayout(name, target, plan.Platform), SourcePin.Of(target)));
                    break;
                case ImageStep:
                    isComplete = false;
                    break;
            }

            foreach (var source in SourcesOf(step))
            {
                switch (source)
                {
                    case GitSource git:
                        add(repositories, new(git.Address.ToString(), SourcePin.OfCommit((await run.FindCommitAsync(git.Address).ConfigureAwait(false)).Hash)));
                        break;
                    case HttpSource http:
                        add(files, new(Redact(http.Url), PinOf(run, http)));
                        break;
                    case ContextSource { Name: { } name }:
                        addContext(name, request.Contexts.GetValueOrDefault(name) ?? "");
                        break;
                }
            }
        }

        return new([.. images.Values, .. repositories.Values, .. files.Values], [.. locals], isComplete && locals.Count == 0);

        void add(SortedDictionary<string, BuildSource> to, BuildSource source) => to[source.Uri] = source;

        void addContext(string? name, string address)
        {
            if (ContextAddress.IsRemote(address))
            {
                add(ContextAddress.IsGit(address) ? repositories : files, new(ContextAddress.Redact(address), run.Inputs.FindPin(name)));
            }
            else
            {
                locals.Add(name ?? Context);
            }
        }
    }

    /// <summary>What the name stood for at its registry; of an image that came from none, its manifest.</summary>
    public static Digest DigestOf(Image image, ImageReference reference)
    {
        var known = image.RepoDigests.Select(ImageReference.Parse).Where(known => known.Name == reference.Name);
        return reference.Digest ?? known.Select(known => known.Digest).FirstOrDefault() ?? image.Target.Digest;
    }

    public static string Redact(Uri url) => ContextAddress.Redact(url.GetComponents(UriComponents.AbsoluteUri, UriFormat.UriEscaped));

    private static SortedDictionary<string, BuildSource> Sorted() => new(StringComparer.Ordinal);

    private static SourcePin? PinOf(BuildRun run, HttpSource http) => run.FindDownload(http.Url) is { } content ? SourcePin.Of(content)
        : Digest.TryParse(http.Checksum, out var checksum) ? SourcePin.Of(checksum)
        : null;

    private static IEnumerable<CopySource> SourcesOf(Step step) => step switch
    {
        CopyStep copy => copy.Sources,
        RunStep program => program.Mounts.OfType<BindMount>().Select(mount => mount.From),
        _ => [],
    };
}

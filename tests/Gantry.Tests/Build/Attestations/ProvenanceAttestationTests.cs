using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Attestations;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Spec;
using Gantry.Spec.Image;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build.Attestations;

/// <summary>What a provenance says, by BuildKit's names ("SLSA definitions").</summary>
public sealed class ProvenanceAttestationTests : IDisposable
{
    private const string Metadata = "https://mobyproject.org/buildkit@v1#metadata";
    private const string Commit = "4b220de5058abfd01ff619c9d2ff6b09a049bea0";
    private readonly PlanningStage _stage = new();

    [Theory]
    [InlineData(true, "context:c=http://xxxxx:xxxxx@h/f", "build-arg:A=1", "label:l=v")]
    [InlineData(false, "context:c=http://xxxxx:xxxxx@h/f")]
    public async Task What_was_asked_for_is_told_without_what_is_nobody_s_business(bool isMax, params string[] args)
    {
        var said = await WriteAsync(
            "FROM scratch\nCOPY a /\n",
            new() { IsMax = isMax },
            request => request with
            {
                Arguments = new Dictionary<string, string?> { ["A"] = "1", ["HTTP_PROXY"] = "http://me:password@h" },
                Labels = new Dictionary<string, string> { ["l"] = "v" },
                Contexts = new Dictionary<string, string> { ["c"] = "http://me:password@h/f" },
                Vcs = new Dictionary<string, string> { ["source"] = "https://me:password@h/r.git", ["revision"] = "1" },
                IsDockerfileSent = true,
            });
        var parameters = said.GetProperty("invocation").GetProperty("parameters");
        Assert.Equal(args, parameters.GetProperty("args").EnumerateObject().Select(arg => $"{arg.Name}={arg.Value}"));
        Assert.Equal(["context", "dockerfile"], parameters.GetProperty("locals").EnumerateArray().Select(local => local.GetProperty("name").GetString()));
        var metadata = said.GetProperty("metadata");
        Assert.Equal("https://xxxxx:xxxxx@h/r.git", metadata.GetProperty(Metadata).GetProperty("vcs").GetProperty("source").GetString());
        Assert.Equal((isMax, false), (metadata.GetProperty("completeness").GetProperty("parameters").GetBoolean(), metadata.GetProperty("completeness").GetProperty("materials").GetBoolean()));
        Assert.Equal(isMax, said.TryGetProperty("buildConfig", out _));
    }

    [Theory]
    [InlineData("COPY a /", true, true)]
    [InlineData("RUN --network=none a", true, true)]
    [InlineData("RUN a", true, false)]
    public async Task A_build_of_a_commit_is_complete_and_without_a_network_hermetic(string instruction, bool isComplete, bool isHermetic)
    {
        const string Source = "http://xxxxx:xxxxx@h/r.git#v1";
        var said = await WriteAsync($"FROM scratch\n{instruction}\n", new(), request => request with { Source = Source }, new() { Pin = SourcePin.OfCommit(Commit) });
        var material = Assert.Single(said.GetProperty("materials").EnumerateArray());
        var origin = said.GetProperty("invocation").GetProperty("configSource");
        foreach (var place in (JsonElement[])[material, origin])
        {
            Assert.Equal((Source, Commit), (place.GetProperty("uri").GetString(), place.GetProperty("digest").GetProperty("sha1").GetString()));
        }

        Assert.False(said.GetProperty("invocation").GetProperty("parameters").TryGetProperty("locals", out _));
        Assert.Equal(isComplete, said.GetProperty("metadata").GetProperty("completeness").GetProperty("materials").GetBoolean());
        Assert.Equal(isHermetic, said.GetProperty("metadata").GetProperty("https://mobyproject.org/buildkit@v1#hermetic").GetBoolean());
    }

    [Fact]
    public async Task Secrets_and_agents_are_named_and_optional_where_no_step_needs_them()
    {
        var said = await WriteAsync("FROM scratch\nRUN --mount=type=secret,id=b --mount=type=secret,id=a a\nRUN --mount=type=secret,id=a,required --mount=type=ssh b\n");
        var parameters = said.GetProperty("invocation").GetProperty("parameters");
        Assert.Equal("""[{"id":"a"},{"id":"b","optional":true}]""", parameters.GetProperty("secrets").GetRawText());
        Assert.Equal("""[{"id":"default","optional":true}]""", parameters.GetProperty("ssh").GetRawText());
    }

    [Fact]
    public async Task Steps_have_places_in_the_Dockerfile_and_layers()
    {
        var said = await WriteAsync("FROM scratch\nWORKDIR /d\nCOPY a b\nRUN c\nCMD [\"d\"]\n");
        var steps = said.GetProperty("buildConfig").GetProperty("llbDefinition").EnumerateArray().ToDictionary(step => step.GetProperty("id").GetString()!);
        Assert.Equal(["step0", "step1", "step2", "step3", "step4"], steps.Keys);
        Assert.Equal("step3:0", steps["step4"].GetProperty("inputs")[0].GetString());
        var metadata = said.GetProperty("metadata").GetProperty(Metadata);
        var places = metadata.GetProperty("source").GetProperty("locations").EnumerateObject().Select(place =>
            (place.Name, place.Value.GetProperty("locations")[0].GetProperty("ranges")[0].GetProperty("start").GetProperty("line").GetInt32()));
        Assert.Equal([("step0", 2), ("step2", 3), ("step3", 4)], places);
        Assert.Equal([("step0:0", 1), ("step2:0", 2), ("step3:0", 3)], metadata.GetProperty("layers").EnumerateObject().Select(layer => (layer.Name, layer.Value[0].GetArrayLength())));
        var file = Assert.Single(metadata.GetProperty("source").GetProperty("infos").EnumerateArray());
        Assert.StartsWith("FROM scratch", System.Text.Encoding.UTF8.GetString(file.GetProperty("data").GetBytesFromBase64()), StringComparison.Ordinal);
        Assert.Equal(2, file.GetProperty("llbDefinition").GetArrayLength());
    }

    public void Dispose() => _stage.Dispose();

    private async Task<JsonElement> WriteAsync(string dockerfile, ProvenanceOptions? options = null, Func<BuildRequest, BuildRequest>? with = null, PlannedInputs? inputs = null)
    {
        options ??= new();
        var request = (with ?? (same => same))(new() { Dockerfile = dockerfile });
        await using var run = new BuildRun(_stage.Environment, inputs ?? new(), new PlanningStage.Silence(), TestContext.Current.CancellationToken);
        var plan = await PlannedImage.OfAsync(request, run);
        var sources = await BuildSources.FindAsync(run, request, plan);
        IReadOnlyList<Descriptor> layers = [.. plan.LayerSteps.Select((_, number) => new Descriptor { MediaType = MediaTypes.OciLayer, Digest = Digest.Sha256([(byte)number]), Size = 1 })];
        var statement = new ProvenancePredicate(
            run, options, "invocation", sources, new(request, plan, sources, options.IsMax), options.IsMax ? new(request, plan, layers) : null).Write();
        using var document = JsonDocument.Parse(statement.Predicate);
        return document.RootElement.Clone();
    }
}

using Gantry.Build;
using Gantry.Build.Caching;
using Gantry.Build.Calls;
using Gantry.Build.Outputs;
using Gantry.Images.Layouts;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Server.BuildKit;

public sealed class FrontendAttributesTests
{
    [Fact]
    public void What_a_client_asks_for_is_what_is_built()
    {
        var message = new ProtoWriter().Text(1, "ref").Text(5, "session").Text(6, "dockerfile.v0").Pairs(7,
        [
            new("target", "two"), new("build-arg:A", "1"), new("build-arg:B", ""), new("label:l", "v"), new("no-cache", "one,two"),
            new("image-resolve-mode", "pull"), new("add-hosts", "h=1.2.3.4,g=::1"), new("ulimit", "nofile=10:20,core=0:-1"), new("shm-size", "64"),
            new("force-network-mode", "none"), new("context:n", "local:n"), new("context:i", "docker-image://busybox"), new("filename", "x/D"), new("vcs:revision", "1"), new("vcs:source", ""),
        ]).Text(9, "network.host").Message(13, new ProtoWriter().Text(1, "moby").Pairs(2, [new("name", "a,b:1")]));
        var request = SolveRequest.ParseControl(message.Written.Span);
        var attributes = new FrontendAttributes(request);
        var build = attributes.Request(SolveExports.Outputs(request.Exports, null!, TimeProvider.System), request, NoLayouts);
        Assert.Equal(("ref", "session", "x/D", "n"), (request.Ref, request.Session, attributes.FileName, attributes.LocalContexts["n"]));
        Assert.Equal(["docker.io/library/a:latest", "docker.io/library/b:1"], build.Tags.Select(tag => tag.ToString()));
        Assert.Equal(("two", "1", "", "v"), (build.Target, build.Arguments["A"], build.Arguments["B"], build.Labels["l"]));
        Assert.Equal((false, true, "none"), (build.NoCache, build.Pull, build.Network));
        Assert.Equal(["one", "two"], build.NoCacheFilter);
        Assert.Equal(["h:1.2.3.4", "g:::1"], build.Limits.ExtraHosts);
        Assert.Equal([("nofile", 10, 20), ("core", 0, -1)], build.Limits.Ulimits.Select(limit => (limit.Name, limit.Soft, limit.Hard)));
        Assert.Equal(64, build.Limits.ShmSize);
        Assert.Equal("docker-image://busybox", build.Contexts["i"]);
        Assert.Equal([new("revision", "1")], build.Vcs);
        Assert.Contains("network.host", build.Entitlements);
        Assert.Equal([Platform.Current], build.Platforms);
    }

    [Theory]
    [InlineData("http://buildkit-session/abc", null)]
    [InlineData("https://h/r.git#main", "https://h/r.git#main")]
    [InlineData("git@h:r.git", "git@h:r.git")]
    [InlineData("http://h/context.tar", "http://h/context.tar")]
    public void A_context_may_be_an_address(string address, string? remote)
    {
        var attributes = new FrontendAttributes(new() { Attributes = new Dictionary<string, string> { ["contextkey"] = "c", ["c"] = address, ["context:n"] = address } });
        Assert.Equal((remote, remote is null), (attributes.Remote, attributes.Upload is not null));
        Assert.Equal(address, attributes.Request([], new SolveRequest(), NoLayouts).Contexts["n"]);
        var directory = new FrontendAttributes(new());
        Assert.Null(directory.Remote);
        Assert.Null(directory.Upload);
    }

    [Fact]
    public void A_directory_of_a_repository_may_be_named_apart()
    {
        Assert.Equal("https://h/r.git#main:a/b", Of("https://h/r.git#main:a", "./b").Remote);
        Assert.Throws<GrpcException>(() => Of("https://h/context.tar", "b").Remote);
        Assert.Throws<GrpcException>(() => Of("https://h/r.git?branch=x", "b").Remote);
        // Of what comes from the client itself it would be passed over.
        Assert.Throws<GrpcException>(() => Of("http://buildkit-session/abc", "b").Request([], new SolveRequest(), NoLayouts));

        static FrontendAttributes Of(string context, string directory) => new(new() { Attributes = new Dictionary<string, string> { ["context"] = context, ["contextsubdir"] = directory } });
    }

    [Fact]
    public void A_context_may_be_steps_that_fetch_it()
    {
        Assert.Equal("https://h/r.git#main", new FrontendAttributes(new() { Inputs = new Dictionary<string, string?> { ["context"] = "https://h/r.git#main" } }).Remote);
        Assert.Throws<GrpcException>(() => new FrontendAttributes(new() { Inputs = new Dictionary<string, string?> { ["context"] = null } }).Remote);
    }

    [Theory]
    [InlineData("context:x", "input:x")]
    [InlineData("context:x", "oci://x")]
    public void What_is_not_supported_is_refused(string name, string value)
    {
        var failure = Assert.Throws<GrpcException>(() => new FrontendAttributes(new() { Attributes = new Dictionary<string, string> { [name] = value } }).Request([], new SolveRequest(), NoLayouts));
        Assert.Equal(GrpcCode.Unimplemented, failure.Code);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("frontend.lint", DockerfileCall.Check)]
    [InlineData("frontend.outline", DockerfileCall.Outline)]
    [InlineData("frontend.targets", DockerfileCall.Targets)]
    [InlineData("frontend.subrequests.describe", DockerfileCall.Describe)]
    public void A_client_may_ask_in_place_of_building(string? request, DockerfileCall? call) =>
        Assert.Equal(call, new FrontendAttributes(new() { Attributes = request is null ? [] : new Dictionary<string, string> { ["requestid"] = request } }).Call);

    [Fact]
    public void What_nobody_can_answer_is_refused() =>
        Assert.Equal(GrpcCode.Unimplemented, Assert.Throws<GrpcException>(() => new FrontendAttributes(new() { Attributes = new Dictionary<string, string> { ["requestid"] = "frontend.other" } }).Call).Code);

    [Fact]
    public void An_answer_goes_without_an_image()
    {
        Assert.Equal(new ProtoWriter().Message(3, new ProtoWriter().Message(3, new ProtoWriter().Text(1, "sha256:1"))).Written, SolveResult.Of(new BuildOutcome { Id = "sha256:1" }, _ => "").Response().Written);
        var answer = new ProtoWriter();
        foreach (var (key, value) in (KeyValuePair<string, string>[])[new("result.json", "{}"), new("result.txt", "text"), new("version", "1.0.0"), new("result.statuscode", "1")])
        {
            answer.Message(10, new ProtoWriter().Text(1, key).Text(2, value));
        }

        Assert.Equal(new ProtoWriter().Message(3, answer).Written, SolveResult.Of(new("{}"u8.ToArray(), "text", 1)).Response().Written);
    }

    [Fact]
    public void What_was_built_is_a_context_of_the_next()
    {
        SolveRequest Bridge(ProtoWriter definition) => SolveRequest.ParseBridge(new ProtoWriter()
            .Message(3, new ProtoWriter().Text(1, "context:x").Text(2, "input:x"))
            .Message(13, new ProtoWriter().Text(1, "x").Message(2, definition)).Written.Span);
        const string Address = "gantry-solve://ref#linux/amd64";
        var wanted = Bridge(BuiltDefinition.Of(Address));
        Assert.Equal(Address, new FrontendAttributes(wanted).Request([], wanted, NoLayouts).Contexts["x"]);

        var steps = Bridge(new ProtoWriter().Bytes(1, new ProtoWriter().Message(3, new ProtoWriter().Text(1, "docker-image://x")).Written.Span));
        Assert.Equal(GrpcCode.Unimplemented, Assert.Throws<GrpcException>(() => new FrontendAttributes(steps).Request([], steps, NoLayouts)).Code);
    }

    [Fact]
    public void What_is_made_after_the_client_went_away_is_not_kept()
    {
        using var stage = new PlanningStage();
        HeldBuild Made() => Held(stage, Platform.Current);
        var solve = new Solve("ref");
        solve.Hold([Made()]);
        Assert.Single(solve.Held);
        solve.End();
        Assert.Empty(solve.Held);
        solve.Hold([Made()]);
        Assert.Empty(solve.Held);
    }

    [Fact]
    public void Each_platform_of_what_was_built_is_told()
    {
        using var stage = new PlanningStage();
        using var one = Held(stage, Platform.Parse("linux/amd64"));
        using var other = Held(stage, Platform.Parse("linux/arm64"));
        Assert.Equal(["3", "containerimage.config"], Told(SolveResult.Of(new() { Held = [one] }, build => $"at {build.Platform}")));
        Assert.Equal(["4", "containerimage.config/linux/amd64", "containerimage.config/linux/arm64"], Told(SolveResult.Of(new() { Held = [one, other] }, build => $"at {build.Platform}")));
    }

    [Fact]
    public void A_policy_for_sources_is_refused_and_an_empty_one_is_none()
    {
        SolveRequest Parsed(ProtoWriter policy) => SolveRequest.ParseControl(new ProtoWriter().Text(1, "ref").Message(12, policy).Message(13, new ProtoWriter().Text(1, "moby")).Written.Span);
        Assert.Equal("moby", Assert.Single(Parsed(new()).Exports).Type);
        Assert.Equal(GrpcCode.Unimplemented, Assert.Throws<GrpcException>(() => Parsed(new ProtoWriter().Integer(1, 1))).Code);
    }

    [Fact]
    public void A_definition_of_nothing_is_one()
    {
        var nothing = SolveRequest.ParseControl(new ProtoWriter().Text(1, "ref").Message(2, new ProtoWriter()).Written.Span);
        Assert.Equal((true, false), (nothing.HasDefinition, nothing.HasSteps));
        var client = SolveRequest.ParseControl(new ProtoWriter().Text(1, "ref").Written.Span);
        Assert.Equal((false, false), (client.HasDefinition, client.HasSteps));
        var steps = SolveRequest.ParseControl(new ProtoWriter().Message(2, new ProtoWriter().Bytes(1, [1])).Written.Span);
        Assert.Equal((true, true), (steps.HasDefinition, steps.HasSteps));
    }

    [Fact]
    public void Several_platforms_outputs_and_caches_are_read()
    {
        var message = new ProtoWriter().Pairs(7, [new("platform", "linux/amd64,linux/arm64")])
            .Message(8, new ProtoWriter()
                .Message(4, new ProtoWriter().Text(1, "inline"))
                .Message(4, new ProtoWriter().Text(1, "registry").Pairs(2, [new("ref", "r/c"), new("mode", "max")]))
                .Message(5, new ProtoWriter().Text(1, "registry").Pairs(2, [new("ref", "r/c:1")])))
            .Message(13, new ProtoWriter().Text(1, "image").Pairs(2, [new("name", "r/a"), new("push", "true")]))
            .Message(13, new ProtoWriter().Text(1, "oci"));
        var request = SolveRequest.ParseControl(message.Written.Span);
        var build = new FrontendAttributes(request).Request(SolveExports.Outputs(request.Exports, null!, TimeProvider.System), request, NoLayouts);
        Assert.Equal(["linux/amd64", "linux/arm64"], build.Platforms.Select(platform => platform.ToString()));
        Assert.Equal([true], build.Outputs.OfType<ImageOutput>().Select(image => image.Push));
        Assert.Single(build.Outputs.OfType<ArchiveOutput>());
        Assert.True(build.InlineCache);
        Assert.Equal([true], build.CacheTo.Select(cache => cache.OfAllStages));
        Assert.Equal(["r/c:1"], build.CacheFrom.Select(cache => cache.Name));
    }

    [Fact]
    public void An_empty_list_means_no_cache_at_all() =>
        Assert.True(new FrontendAttributes(new() { Attributes = new Dictionary<string, string> { ["no-cache"] = "" } }).Request([], new SolveRequest(), NoLayouts).NoCache);

    [Fact]
    public void A_tag_has_no_digest()
    {
        var export = new SolveExport("moby", new Dictionary<string, string> { ["name"] = "a@sha256:" + new string('0', 64) });
        Assert.Throws<InvalidArgumentException>(() => SolveExports.Outputs([export], null!, TimeProvider.System));
    }

    [Fact]
    public void A_layout_is_a_context_and_takes_and_has_caches()
    {
        var digest = "sha256:" + new string('3', 64);
        var request = new SolveRequest
        {
            Attributes = new Dictionary<string, string> { ["context:x"] = $"oci-layout://store:1@{digest}" },
            CacheFrom = [new("local", new Dictionary<string, string> { ["src"] = "/there", ["digest"] = digest })],
            CacheTo = [new("local", new Dictionary<string, string> { ["dest"] = "/here", ["mode"] = "max" })],
        };
        var opened = new List<string>();
        var build = new FrontendAttributes(request).Request([], request, name =>
        {
            opened.Add(name);
            return null!;
        });
        Assert.Equal($"oci-layout://store:1@{digest}", build.Contexts["x"]);
        Assert.Equal(new LayoutCacheOrigin("/there", "local:/there", "latest", Digest.Parse(digest)), Assert.Single(build.CacheFrom));
        Assert.True(Assert.IsType<LayoutCacheDestination>(Assert.Single(build.CacheTo)).OfAllStages);
        Assert.Equal(["local:/here"], opened);
    }

    private static ILayoutTarget NoLayouts(string name) => throw new InvalidOperationException($"nobody keeps a layout {name}");

    private static HeldBuild Held(PlanningStage stage, Platform platform) => new(
        stage.Environment.Images.BeginLease(), stage.Environment.Store.Hold(), platform, new() { Architecture = platform.Architecture, Os = platform.Os, RootFs = new() }, _ => throw new NotSupportedException());

    /// <summary>The fields of a result: its references by their number, metadata by their names.</summary>
    private static List<string> Told(SolveResult result)
    {
        var outer = new ProtoReader(result.Response().Written.Span);
        Assert.True(outer.Next());
        var told = new List<string>();
        var reader = new ProtoReader(outer.Bytes());
        while (reader.Next())
        {
            var field = reader.Field;
            told.Add(field == 10 ? reader.Pair().Key : $"{field}");
            if (field != 10) reader.Skip();
        }

        return told;
    }
}

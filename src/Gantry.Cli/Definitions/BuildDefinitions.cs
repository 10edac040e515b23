namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of build, as Docker documents them.</summary>
internal static class BuildDefinitions
{
    public static Command Build() => new("build", "build [OPTIONS] PATH | URL | -", "Build an image from a Dockerfile", 1, 1, Commands.BuildCommand.RunAsync)
    {
        Aliases = "image build, build, buildx build, builder build",
        Options = static o =>
        {
            o.Add("add-host", null, "list", "Add a custom host-to-IP mapping (format: \"host:ip\")");
            o.Add("allow", null, "stringArray", "Allow extra privileged entitlement (e.g., \"network.host\", \"security.insecure\")");
            o.Add("annotation", null, "stringArray", "Add annotation to the image");
            o.Add("attest", null, "stringArray", "Attestation parameters (format: \"type=sbom,generator=image\")");
            o.Add("build-arg", null, "stringArray", "Set build-time variables");
            o.Add("build-context", null, "stringArray", "Additional build contexts (e.g., name=path)");
            o.Add("builder", null, "string", "Override the configured builder instance");
            o.Add("cache-from", null, "stringArray", "External cache sources (e.g., \"user/app:cache\", \"type=local,src=path/to/dir\")");
            o.Add("cache-to", null, "stringArray", "Cache export destinations (e.g., \"user/app:cache\", \"type=local,dest=path/to/dir\")");
            o.Add("call", null, "string", "Set method for evaluating build (\"check\", \"outline\", \"targets\")", "build");
            o.Add("cgroup-parent", null, "string", "Set the parent cgroup for the \"RUN\" instructions during build");
            o.Add("check", null, "bool", "Shorthand for \"--call=check\"");
            o.Add("cpu-period", null, "int", "Limit the CPU CFS (Completely Fair Scheduler) period");
            o.Add("cpu-quota", null, "int", "Limit the CPU CFS (Completely Fair Scheduler) quota");
            o.Add("cpu-shares", 'c', "int", "CPU shares (relative weight)");
            o.Add("cpuset-cpus", null, "string", "CPUs in which to allow execution (0-3, 0,1)");
            o.Add("cpuset-mems", null, "string", "MEMs in which to allow execution (0-3, 0,1)");
            o.Add("file", 'f', "string", "Name of the Dockerfile (default: \"PATH/Dockerfile\")");
            o.Add("force-rm", null, "bool", "Always remove intermediate containers");
            o.Add("iidfile", null, "string", "Write the image ID to a file");
            o.Add("label", null, "stringArray", "Set metadata for an image");
            o.Add("load", null, "bool", "Shorthand for \"--output=type=docker\"");
            o.Add("memory", 'm', "bytes", "Memory limit");
            o.Add("memory-swap", null, "bytes", "Swap limit equal to memory plus swap: -1 to enable unlimited swap");
            o.Add("metadata-file", null, "string", "Write build result metadata to a file");
            o.Add("network", null, "string", "Set the networking mode for the \"RUN\" instructions during build", "default");
            o.Add("no-cache", null, "bool", "Do not use cache when building the image");
            o.Add("no-cache-filter", null, "stringArray", "Do not cache specified stages");
            o.Add("on-error", null, "string", "What to do when a RUN fails: \"shell\" opens one in the filesystem as it was left");
            o.Add("output", 'o', "stringArray", "Output destination (format: \"type=local,dest=path\")");
            o.Add("platform", null, "stringArray", "Set target platform for build");
            o.Add("progress", null, "string", "Set type of progress output (\"auto\", \"quiet\", \"plain\", \"tty\", \"rawjson\"). Use plain to show container output", "auto");
            o.Add("provenance", null, "string", "Shorthand for \"--attest=type=provenance\"");
            o.Add("pull", null, "bool", "Always attempt to pull all referenced images");
            o.Add("push", null, "bool", "Push the image when it is built");
            o.Add("quiet", 'q', "bool", "Suppress the build output and print image ID on success");
            o.Add("rm", null, "bool", "Remove intermediate containers after a successful build", "true");
            o.Add("sbom", null, "string", "Shorthand for \"--attest=type=sbom\"");
            o.Add("secret", null, "stringArray", "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")");
            o.Add("shm-size", null, "bytes", "Shared memory size for build containers");
            o.Add("squash", null, "bool", "Squash newly built layers into a single new layer");
            o.Add("ssh", null, "stringArray", "SSH agent socket or keys to expose to the build (format: \"default|<id>[=<socket>]\")");
            o.Add("tag", 't', "stringArray", "Name and optionally a tag (format: \"name:tag\")");
            o.Add("target", null, "string", "Set the target build stage to build");
            o.Add("ulimit", null, "ulimit", "Ulimit options", "[]");
        },
    };
}

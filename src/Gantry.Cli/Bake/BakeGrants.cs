using Gantry.Spec.Build;

namespace Gantry.Cli.Bake;

/// <summary>What <c>--allow</c> lets the files of a definition do: see the host's network, run without bounds, and read and write outside of the working directory.</summary>
internal sealed class BakeGrants
{
    private const string LocalPrefix = "cwd://";
    private readonly string _directory;
    private readonly bool _checksFiles;
    private readonly HashSet<string> _entitlements = new(StringComparer.Ordinal);
    private readonly List<string> _readable;
    private readonly List<string> _writable;

    /// <exception cref="BakeException">There is no such permission.</exception>
    public BakeGrants(IReadOnlyList<string> allowed, BakeInputs inputs)
    {
        _directory = inputs.Directory;
        _checksFiles = inputs.Environment.GetValueOrDefault("BUILDX_BAKE_ENTITLEMENTS_FS") is not ("0" or "false");
        (_readable, _writable) = ([Real(".")], [Real(".")]);
        if (inputs.Environment.GetValueOrDefault("SSH_AUTH_SOCK") is { Length: > 0 } agent) _readable.Add(Real(agent));
        foreach (var text in allowed) Allow(text);
    }

    /// <summary>What a target wants that nobody allowed, as <c>--allow</c> is given it.</summary>
    public IEnumerable<string> Missing(BakeTarget target) => target.Entitlements.Where(entitlement => !_entitlements.Contains(entitlement))
        .Concat(_checksFiles ? Read(target).Where(path => !IsBelow(path, _readable)).Select(path => $"fs.read={Real(path)}") : [])
        .Concat(_checksFiles ? Written(target).Where(path => !IsBelow(path, _writable)).Select(path => $"fs.write={Real(path)}") : [])
        .Distinct();

    /// <summary>A path that begins with <c>cwd://</c> is one of the working directory.</summary>
    public static string Local(string path) => path.StartsWith(LocalPrefix, StringComparison.Ordinal) ? path[LocalPrefix.Length..] is { Length: > 0 } rest ? rest : "." : path;

    private void Allow(string text)
    {
        switch (text.Split('=', 2))
        {
            case ["network.host" or "security.insecure"]:
                _entitlements.Add(text);
                break;
            case ["fs", var path]:
                _readable.Add(Granted(path));
                _writable.Add(Granted(path));
                break;
            case ["fs.read", var path]:
                _readable.Add(Granted(path));
                break;
            case ["fs.write", var path]:
                _writable.Add(Granted(path));
                break;
            default:
                throw new BakeException($"invalid value {text} of --allow: want network.host, security.insecure, fs=PATH, fs.read=PATH or fs.write=PATH");
        }
    }

    private string Granted(string path) => path == "*" ? "/" : Real(path);

    private static IEnumerable<string> Read(BakeTarget target)
    {
        var context = Local(target.Context ?? ".");
        var isRemote = ContextAddress.IsRemote(context);
        if (!isRemote && context != "-") yield return context;
        if (target is { Dockerfile: { } dockerfile, DockerfileInline: null } && dockerfile != "-" && !ContextAddress.IsRemote(dockerfile))
        {
            if (dockerfile != Local(dockerfile)) yield return Local(dockerfile);
            else if (!isRemote) yield return Path.Combine(context, dockerfile);
        }

        foreach (var place in target.Contexts.Values.Where(place => !ContextAddress.IsRemote(place)).Select(Local).Where(place => !place.Contains("://", StringComparison.Ordinal) && !place.StartsWith(BakeTarget.OfTarget, StringComparison.Ordinal))) yield return place;
        foreach (var secret in target.Secrets.Where(secret => secret["src"].Length > 0)) yield return secret["src"];
        foreach (var cache in target.CacheFrom.Where(cache => cache.Type == "local" && cache["src"].Length > 0)) yield return cache["src"];
        foreach (var path in target.Ssh.SelectMany(agent => agent.Paths)) yield return path;
    }

    private static IEnumerable<string> Written(BakeTarget target) =>
        (target.Outputs ?? []).Concat(target.CacheTo ?? []).Select(place => place["dest"]).Where(path => path.Length > 0 && path != "-");

    private bool IsBelow(string path, List<string> roots) => Real(path) is var real && roots.Exists(root => real == root || root == "/" || real.StartsWith(root + "/", StringComparison.Ordinal));

    /// <summary>Where links lead, of what there is of the path.</summary>
    private string Real(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path, _directory).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = new FileInfo(next).LinkTarget is null ? next : File.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next;
        }

        return real;
    }
}

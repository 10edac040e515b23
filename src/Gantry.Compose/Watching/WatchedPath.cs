using Gantry.Compose.Model;
using Gantry.Spec.Build;

namespace Gantry.Compose.Watching;

/// <summary>One rule of a service's <c>develop.watch</c>, and which files it is about.</summary>
internal sealed class WatchedPath
{
    /// <summary>What editors and version control write beside the files they are about; relative to the rule's path.</summary>
    private static readonly IgnorePatterns Passing = IgnorePatterns.Of(
    [
        "**/.git", "**/*.swp", "**/*.swo", "**/*.swx", "**/*.swpx", "**/*~", "**/4913", "**/.#*", "**/#*#", "**/*___jb_tmp___", "**/*___jb_old___", "**/.idea", "**/.DS_Store",
    ]);

    private readonly WatchRule _rule;
    private readonly IgnorePatterns _ignored;
    private readonly IgnorePatterns? _included;
    private readonly string? _context;
    private readonly IgnorePatterns _outsideContext;

    /// <exception cref="ComposeException">The rule cannot be followed.</exception>
    public WatchedPath(ComposeService service, WatchRule rule)
    {
        if (rule.Action == WatchRule.Rebuild && service.Build is null)
        {
            throw new ComposeException($"can't watch service \"{service.Name}\" with action {rule.Action} without a build context");
        }

        if (rule is { Action: WatchRule.SyncExec, Exec: null })
        {
            throw new ComposeException($"can't watch service \"{service.Name}\" with action {rule.Action} without a command in exec");
        }

        (Service, _rule) = (service.Name, rule);
        _ignored = IgnorePatterns.Of(rule.Ignore);
        _included = rule.Include.Count > 0 ? IgnorePatterns.Of(rule.Include) : null;
        _context = service.Build?.Context is { } context && Directory.Exists(context) ? context : null;
        _outsideContext = IgnorePatterns.Parse(_context is not null && TryRead(Path.Combine(_context, ".dockerignore")) is { } text ? text : "");
    }

    public string Service { get; }

    /// <summary>A directory or a file, absolute.</summary>
    public string Root => _rule.Path;

    public string Action => _rule.Action;

    public ServiceHook? Exec => _rule.Exec;

    public bool SyncsAtFirst => _rule.InitialSync && IsCopied(_rule);

    /// <summary>Files go into the containers.</summary>
    public bool Syncs => IsCopied(_rule);

    /// <param name="path">Absolute; there or not.</param>
    public bool Concerns(string path)
    {
        if (RelativeTo(Root, path) is not { } name)
        {
            return false;
        }

        if (name.Length == 0)
        {
            return true;
        }

        return !Passing.IsIgnored(name) && !_ignored.IsIgnored(name)
            && (_included is null || Directory.Exists(path) || _included.IsIgnored(name))
            && (_context is null || RelativeTo(_context, path) is not { Length: > 0 } inContext || !_outsideContext.IsIgnored(inContext));
    }

    /// <summary>Where a file of this machine is in a container.</summary>
    public string TargetOf(string path) => RelativeTo(Root, path) is { Length: > 0 } name ? $"{_rule.Target!.TrimEnd('/')}/{name}" : _rule.Target!;

    private static bool IsCopied(WatchRule rule) => rule.Action.StartsWith(WatchRule.Sync, StringComparison.Ordinal);

    /// <summary>Empty for the directory itself; null for what is not in it.</summary>
    private static string? RelativeTo(string directory, string path)
    {
        var root = directory.TrimEnd('/');
        return path == root ? "" : path.StartsWith(root + "/", StringComparison.Ordinal) ? path[(root.Length + 1)..] : null;
    }

    private static string? TryRead(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Copy;
using Gantry.Cli.Lists;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Commands;

/// <summary>cp: between a container and this machine, as tar streams.</summary>
internal static class CopyCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var (from, to) = (call.Arguments[0], call.Arguments[1]);
        if (from.Length == 0) throw new CommandLineException("source can not be empty");
        if (to.Length == 0) throw new CommandLineException("destination can not be empty");
        return (Split(from), Split(to)) switch
        {
            ({ Container: not null }, { Container: not null }) => throw new CommandLineException("copying between containers is not supported"),
            ({ Container: null }, { Container: null }) => throw new CommandLineException("must specify at least one container source"),
            ({ Container: { } container } source, var target) => FromAsync(call, container, source.Path, target.Path),
            (var source, var target) => ToAsync(call, source.Path, target.Container!, target.Path),
        };
    }

    private static async ValueTask<int> FromAsync(Invocation call, string container, string source, string target)
    {
        var path = CopyPath.Clean(source);
        if (target != "-")
        {
            target = CopyPath.Local(target);
            var above = Path.GetDirectoryName(target.TrimEnd('/')) ?? "/";
            if (!Directory.Exists(above)) throw new CommandLineException($"invalid output path: directory \"{above}\" does not exist");
        }

        string? rename = null;
        if (call.Flag("follow-link") && await PathStatus.TryAsync(call.Client, container, path).ConfigureAwait(false) is { IsLink: true } link)
        {
            rename = CopyPath.Split(path).Name;
            path = link.Resolve(path);
        }

        var (archive, header) = await call.Client.OpenArchiveAsync(container, path).ConfigureAwait(false);
        using var content = new CountingStream(archive);
        if (target == "-")
        {
            content.CopyTo(call.Out.Standard);
            return 0;
        }

        var from = new CopyEnd(path, Exists: true, PathStatus.Parse(header).IsDirectory) { Rename = rename };
        var into = new CopyEnd(target, Path.Exists(target), Directory.Exists(target));
        var (directory, name) = CopyEnd.Plan(from, into);
        new LocalExtraction(directory, name).Extract(content);
        Tell(call, content.Count, target);
        return 0;
    }

    private static async ValueTask<int> ToAsync(Invocation call, string source, string container, string target)
    {
        var path = CopyPath.Clean(target);
        var status = await PathStatus.TryAsync(call.Client, container, path).ConfigureAwait(false);
        if (status is { IsLink: true })
        {
            // What the link leads to is meant, and need not be there.
            path = status.Resolve(path);
            status = await PathStatus.TryAsync(call.Client, container, path).ConfigureAwait(false);
        }

        var into = new CopyEnd(path, status is not null, status?.IsDirectory == true);
        if (source == "-")
        {
            if (!into.IsDirectory) throw new CommandLineException($"destination \"{container}:{target}\" must be a directory");
            await call.Client.ExtractArchiveAsync(container, path, call.Flag("archive"), StandardStream.Input).ConfigureAwait(false);
            return 0;
        }

        var from = Local(source, call.Flag("follow-link"));
        var (directory, rename) = CopyEnd.Plan(from, into);
        using var content = new CountingStream(new LocalArchive(from.Path, rename ?? from.Name).Stream);
        await call.Client.ExtractArchiveAsync(container, directory, call.Flag("archive"), content).ConfigureAwait(false);
        Tell(call, content.Count, $"{container}:{into.Path}");
        return 0;
    }

    private static CopyEnd Local(string source, bool follow)
    {
        var path = CopyPath.Local(source);
        var bare = path.TrimEnd('/');
        if (!Path.Exists(bare) && new FileInfo(bare).LinkTarget is null) throw new CommandLineException($"lstat {path}: no such file or directory");
        var link = new FileInfo(bare).LinkTarget is not null;
        if (follow && link)
        {
            var target = File.ResolveLinkTarget(bare, returnFinalTarget: true)?.FullName ?? bare;
            return new(target, true, Directory.Exists(target)) { Rename = Path.GetFileName(bare) };
        }

        var isDirectory = Directory.Exists(path) && (!link || CopyPath.AssertsDirectory(path));
        if (!isDirectory && CopyPath.AssertsDirectory(path)) throw new CommandLineException($"stat {path}: not a directory");
        return new(path, true, isDirectory);
    }

    /// <summary>container:path, where neither an absolute path nor one that begins with a dot is meant.</summary>
    private static (string? Container, string Path) Split(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        return argument[0] is '/' or '.' || colon < 0 ? (null, argument) : (argument[..colon], argument[(colon + 1)..]);
    }

    private static void Tell(Invocation call, long bytes, string where)
    {
        var quiet = call.Has("quiet") ? call.Flag("quiet") : !Terminal.OutputIsTerminal;
        if (!quiet) call.Out.ErrorLine($"Successfully copied {Units.Size(bytes)} to {where}");
    }
}

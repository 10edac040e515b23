using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

internal static class TagCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (!ImageReference.TryParse(call.Arguments[1], out var target))
        {
            try
            {
                ImageNames.Check(call.Arguments[1]);
            }
            catch (FormatException e)
            {
                throw new CommandLineException($"Error parsing reference: {OptionValues.Quote(call.Arguments[1])} is not a valid repository/tag: {e.Message}");
            }
        }

        if (target.Digest is not null) throw new CommandLineException("refusing to create a tag with a digest reference");
        await call.Client.PostAsync(new Query($"/images/{Query.Segment(call.Arguments[0])}/tag").Add("repo", target.Name).Add("tag", target.Tag ?? ImageReference.DefaultTag).ToString()).ConfigureAwait(false);
        return 0;
    }
}

internal static class RmiCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var failures = new List<string>();
        foreach (var name in call.Arguments)
        {
            try
            {
                var query = await new Query($"/images/{Query.Segment(name)}").Add("force", call.Flag("force")).Add("noprune", call.Flag("no-prune")).AddPlatformsAsync(call, new ApiVersion(1, 50), "platforms").ConfigureAwait(false);
                var removed = await call.Client.DeleteAsync(query.ToString()).ConfigureAwait(false);
                foreach (var item in removed.List())
                {
                    call.Out.LineNow(item.Text("Deleted") is { Length: > 0 } deleted ? $"Deleted: {deleted}" : $"Untagged: {item.Text("Untagged")}");
                }
            }
            catch (GantryException e) when (e is not UnavailableException)
            {
                // With --force an image that is not there is only told.
                if (e is NotFoundException && call.Flag("force")) call.Out.ErrorLine(e.Message);
                else failures.Add(e.Message);
            }
        }

        return failures.Count == 0 ? 0 : throw new CommandLineException(string.Join('\n', failures));
    }
}

internal static class SaveCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var path = call.Text("output");
        if (path.Length == 0 && Terminal.OutputIsTerminal) throw new CommandLineException("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        OutputFile.RequireDirectory(path, "failed to save image");
        var query = new Query(call.Arguments.Count == 1 ? $"/images/{Query.Segment(call.Arguments[0])}/get" : "/images/get");
        if (call.Arguments.Count > 1)
        {
            foreach (var name in call.Arguments) query.Add("names", name);
        }

        await query.AddPlatformsAsync(call, new ApiVersion(1, 48)).ConfigureAwait(false);
        using var body = await call.Client.OpenAsync(query.ToString()).ConfigureAwait(false);
        OutputFile.Save(call, path, body);
        return 0;
    }
}

internal static class LoadCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var path = call.Text("input");
        if (path.Length == 0 && Terminal.InputIsTerminal) throw new CommandLineException("requested load from stdin, but stdin is empty");
        using Stream input = path.Length == 0 ? StandardStream.Input : Files.Open(path);
        var quiet = call.Flag("quiet") || !Terminal.OutputIsTerminal;
        var progress = new Progress(call.Out, call.Out.Standard, Terminal.OutputIsTerminal);
        var query = await new Query("/images/load").Add("quiet", quiet).AddPlatformsAsync(call, new ApiVersion(1, 48)).ConfigureAwait(false);
        await progress.ShowAsync(call.Client.PostMessagesAsync(query.ToString(), input)).ConfigureAwait(false);
        return 0;
    }
}

internal static class ImportCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var source = call.Arguments[0];
        var remote = source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
        var query = new Query("/images/create").Add("fromSrc", remote ? source : "-").Add("message", call.Text("message")).Add("platform", call.Text("platform"));
        if (call.Arguments.Count > 1)
        {
            var target = ImageNames.Check(call.Arguments[1]);
            query.Add("repo", target.FamiliarName).Add("tag", target.Tag);
        }

        foreach (var change in call.List("change")) query.Add("changes", change);
        using Stream? input = remote ? null : source == "-" ? StandardStream.Input : Files.Open(source);
        var progress = new Progress(call.Out, call.Out.Standard, Terminal.OutputIsTerminal);
        await progress.ShowAsync(call.Client.PostMessagesAsync(query.ToString(), input)).ConfigureAwait(false);
        return 0;
    }
}

internal static class Files
{
    public static Stream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandLineException($"open {path}: no such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandLineException($"open {path}: permission denied");
        }
    }
}

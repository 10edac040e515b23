using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Terminals;
using Gantry.Spec;

namespace Gantry.Cli.Run;

/// <summary>What run and create share: from options to a container, with its image pulled where it is missing.</summary>
internal static class Creation
{
    public static async ValueTask<string> CreateAsync(Invocation call, Attachment attach)
    {
        var image = call.Arguments[0];
        var pull = call.Text("pull");
        if (pull is not ("always" or "missing" or "never" or "")) throw new CommandLineException($"invalid pull option: '{pull}': must be one of \"always\", \"missing\" or \"never\"", 125);
        var cidFile = call.Text("cidfile");
        if (cidFile.Length > 0 && File.Exists(cidFile)) throw new CommandLineException($"container ID file found, make sure the other container isn't running or delete {cidFile}", 125);
        var body = ContainerSettings.Build(call, image, call.Arguments.Skip(1).ToList(), attach).ToUtf8();
        if (!ImageNames.IsIdentifier(image)) ImageNames.Check(image);
        if (pull == "always") await PullAsync(call, image).ConfigureAwait(false);
        var created = await PostAsync(call, body, image, pull).ConfigureAwait(false);
        var id = created.GetProperty("Id").GetString()!;
        if (created.TryGetProperty("Warnings", out var warnings) && warnings.ValueKind == System.Text.Json.JsonValueKind.Array)
        {
            foreach (var warning in warnings.EnumerateArray()) call.Out.ErrorLine($"WARNING: {warning.GetString()}");
        }

        await ApiSocket.CopyCredentialsAsync(call, id).ConfigureAwait(false);
        if (cidFile.Length > 0) await File.WriteAllTextAsync(cidFile, id).ConfigureAwait(false);
        return id;
    }

    /// <summary>The failure of a run or create as its user reads it.</summary>
    public static CommandLineException Failure(Invocation call, Exception e)
    {
        var code = (e as CommandLineException)?.ExitCode ?? 125;
        if (e is CommandLineException { ExitCode: 1 }) return new CommandLineException(e.Message, 1);
        var name = call.Session.Program;
        return e is UnavailableException or PermissionDeniedException && !e.Message.StartsWith("Error response", StringComparison.Ordinal)
            || !e.Message.StartsWith("invalid argument", StringComparison.Ordinal)
            ? new CommandLineException($"{name}: {e.Message}\n\nRun '{name} {call.Path} --help' for more information", code)
            : new CommandLineException($"{e.Message}\n\nUsage:  {HelpText.UsageOf(call.Command, name, call.Path)}\n\nRun '{name} {call.Path} --help' for more information", code);
    }

    private static async ValueTask<System.Text.Json.JsonElement> PostAsync(Invocation call, ReadOnlyMemory<byte> body, string image, string pull)
    {
        var name = call.Text("name");
        var platform = Platform(call);
        try
        {
            return await call.Client.CreateContainerAsync(body, name, platform).ConfigureAwait(false);
        }
        catch (NotFoundException e) when (pull is "missing" or "" && (e.Message.Contains("No such image", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("the specified platform", StringComparison.Ordinal)))
        {
            if (!call.Flag("quiet")) call.Out.ErrorLine($"Unable to find image '{ImageNames.WithTag(image)}' locally");
            await PullAsync(call, image).ConfigureAwait(false);
            return await call.Client.CreateContainerAsync(body, name, platform).ConfigureAwait(false);
        }
    }

    private static ValueTask PullAsync(Invocation call, string image) =>
        PullCommand.PullAsync(call, image, Platform(call), call.Flag("quiet"), call.Out.Error, Terminal.ErrorIsTerminal);

    private static string Platform(Invocation call) =>
        call.Has("platform") ? call.Text("platform") : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "";
}

using System.Text;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Commands of <c>post_start</c> and <c>pre_stop</c>.</summary>
internal static class ContainerHooks
{
    /// <param name="print">Told each line that it prints.</param>
    /// <exception cref="UnavailableException">It ended with another code than 0.</exception>
    public static async Task RunAsync(GantryClient client, ComposeContainer container, ServiceHook hook, CancellationToken cancellationToken, Action<string>? print = null)
    {
        if (client.IsRehearsal) return;
        var body = new JsonBody { ["Cmd"] = hook.Command, ["AttachStdout"] = true, ["AttachStderr"] = true };
        body.SetIfGiven("User", hook.User);
        body.SetIfGiven("Privileged", hook.Privileged);
        body.SetIfGiven("WorkingDir", hook.WorkingDir);
        body.SetIfGiven("Env", hook.Environment.Select(item => item.Value is null ? item.Key : $"{item.Key}={item.Value}").ToList());
        var made = await client.PostAsync($"/containers/{container.Id}/exec", body.ToUtf8(), cancellationToken).ConfigureAwait(false);
        var id = made.GetProperty("Id").GetString()!;
        using (var stream = await client.StartExecAsync(id, new JsonBody { ["Detach"] = false, ["Tty"] = false }.ToUtf8(), cancellationToken).ConfigureAwait(false))
        {
            using var output = new LineStream(line => print?.Invoke(Encoding.UTF8.GetString(line)));
            await Multiplexed.CopyAsync(stream, output, output, cancellationToken).ConfigureAwait(false);
        }

        var state = await client.GetAsync($"/exec/{id}/json", cancellationToken).ConfigureAwait(false);
        if (state.GetProperty("ExitCode").GetInt32() is not 0 and var code)
        {
            throw new UnavailableException($"{container.Service} hook exited with status {code}");
        }
    }
}

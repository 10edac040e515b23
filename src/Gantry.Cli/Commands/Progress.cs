using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Commands;

/// <summary>The daemon's progress messages: a line for each layer that changes in place on a terminal, plain lines elsewhere.</summary>
internal sealed class Progress(Output output, Stream target, bool terminal)
{
    private readonly List<string> _layers = [];

    /// <exception cref="CommandLineException">The daemon reports a failure in the stream.</exception>
    public async ValueTask ShowAsync(IAsyncEnumerable<JsonElement> messages, Action<JsonElement>? auxiliary = null)
    {
        await foreach (var message in messages.ConfigureAwait(false))
        {
            if (message.At("aux").ValueKind == JsonValueKind.Object)
            {
                auxiliary?.Invoke(message.At("aux"));
                continue;
            }

            if (message.At("errorDetail", "message").ValueKind == JsonValueKind.String || message.At("error").ValueKind == JsonValueKind.String)
            {
                var text = message.Text("errorDetail", "message") is { Length: > 0 } detail ? detail : message.Text("error");
                throw new CommandLineException(text);
            }

            if (terminal) Draw(message);
            else Print(message);
        }

        output.Flush();
    }

    private void Print(JsonElement message)
    {
        // Bars would fill a file with lines nobody reads.
        if (message.At("progressDetail", "total").ValueKind == JsonValueKind.Number && message.Number("progressDetail", "current") > 0) return;
        if (message.Text("progress").Length > 0) return;
        Send(message.Text("stream") is { Length: > 0 } stream ? stream : Line(message) + "\n");
    }

    private void Draw(JsonElement message)
    {
        var id = message.Text("id");
        var isLayer = id.Length > 0 && message.At("progressDetail").ValueKind == JsonValueKind.Object;
        if (!isLayer)
        {
            if (message.Text("stream") is { Length: > 0 } stream)
            {
                Send(stream);
                return;
            }

            _layers.Clear();
            Send($"\x1b[2K\r{Line(message)}\n");
            return;
        }

        var at = _layers.IndexOf(id);
        var text = new StringBuilder();
        if (at < 0)
        {
            _layers.Add(id);
            at = _layers.Count - 1;
            text.Append('\n');
        }

        var up = _layers.Count - at;
        text.Append("\x1b[").Append(up).Append("A\x1b[2K\r").Append(Line(message)).Append(Bar(message)).Append("\x1b[").Append(up).Append("B\r");
        Send(text.ToString());
    }

    private static string Line(JsonElement message)
    {
        var status = message.Text("status");
        return message.Text("id") is { Length: > 0 } id ? $"{id}: {status}" : status;
    }

    private static string Bar(JsonElement message)
    {
        var (current, total) = (message.Number("progressDetail", "current"), message.Number("progressDetail", "total"));
        var bar = new ProgressDetail { Current = current, Total = total }.ToString();
        return bar.Length == 0 ? "" : " " + bar;
    }

    private void Send(string text)
    {
        output.Flush();
        target.Write(Encoding.UTF8.GetBytes(text));
    }
}

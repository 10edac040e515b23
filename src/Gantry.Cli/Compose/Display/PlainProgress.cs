using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Display;

/// <summary>A line for each event, for files and logs.</summary>
/// <param name="line">Writes one.</param>
internal sealed class PlainProgress(Action<string> line) : IComposeProgress
{
    private readonly Lock _gate = new();

    public void Report(ProgressEvent item)
    {
        lock (_gate) line($" {item.Subject}  {item.Text}");
    }
}

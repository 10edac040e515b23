using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Display;

/// <summary>A line for each event, for files and logs.</summary>
internal sealed class PlainProgress(Output output) : IComposeProgress
{
    private readonly Lock _gate = new();

    public void Report(ProgressEvent item)
    {
        lock (_gate) output.ErrorLine($" {item.Subject}  {item.Text}");
    }
}

using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>What the daemon tells, as it tells it.</summary>
internal sealed class JsonDisplay(Output output) : IBuildDisplay
{
    public void Show(BuildMessage message) => output.LineNow(JsonSerializer.Serialize(message, BuildJson.Default.BuildMessage));

    public void End() => output.Flush();
}

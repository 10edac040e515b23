using System.Text.Json;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>What the daemon tells, as it tells it.</summary>
internal sealed class JsonDisplay(Action<string> line) : IBuildDisplay
{
    public void Show(BuildMessage message) => line(JsonSerializer.Serialize(message, BuildJson.Default.BuildMessage));

    public void End()
    {
    }
}

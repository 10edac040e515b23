using System.Security.Cryptography;
using System.Text.Json;
using Gantry.Client;

namespace Gantry.Compose.Running;

/// <summary>Gives what would be made an id, and takes the rest as done.</summary>
public sealed class Rehearsal : IRehearsal
{
    public JsonElement Answer(string method, string target)
    {
        using var made = JsonDocument.Parse(new JsonBody { ["Id"] = RandomNumberGenerator.GetHexString(64, lowercase: true) }.ToUtf8());
        return made.RootElement.Clone();
    }
}

/// <summary>Says of all that is told that it is not done.</summary>
public sealed class RehearsedProgress(IComposeProgress progress) : IComposeProgress
{
    public void Report(ProgressEvent item) => progress.Report(item with { Subject = $"DRY-RUN MODE -  {item.Subject}" });
}

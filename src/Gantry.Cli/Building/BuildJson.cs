using System.Text.Json.Serialization;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BuildContextRequest))]
[JsonSerializable(typeof(BuildContextResponse))]
[JsonSerializable(typeof(BuildMessage))]
[JsonSerializable(typeof(BuildOutputRequest[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, byte[]>))]
internal sealed partial class BuildJson : JsonSerializerContext;

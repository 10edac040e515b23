using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>What BuildKit's frontends answer besides building. What is empty is left out, as there.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LintResults))]
[JsonSerializable(typeof(DockerfileOutline))]
[JsonSerializable(typeof(DockerfileTargets))]
[JsonSerializable(typeof(IReadOnlyList<FrontendRequest>))]
public sealed partial class DockerfileJson : JsonSerializerContext;

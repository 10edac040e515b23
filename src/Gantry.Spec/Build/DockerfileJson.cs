using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Build;

/// <summary>What BuildKit's frontends answer besides building. What is empty is left out, as there.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LintResults))]
[JsonSerializable(typeof(DockerfileOutline))]
[JsonSerializable(typeof(DockerfileTargets))]
[JsonSerializable(typeof(IReadOnlyList<FrontendRequest>))]
public sealed partial class DockerfileJson : JsonSerializerContext
{
    /// <summary>For writing: like <see cref="Default"/>, but quotes and non-ASCII stay as people read them.</summary>
    public static DockerfileJson Wire => field ??= new DockerfileJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

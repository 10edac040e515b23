using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Build.Attestations;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class AttestationJson : JsonSerializerContext;

using System.Diagnostics;
using System.Text.Json;
using Gantry.Build.Progress;

namespace Gantry.Server.BuildKit.History;

/// <summary>The course of a build as spans, one for each step: JSON as BuildKit keeps it (<c>application/vnd.buildkit.otlp.json.v0</c>, a document for each span).</summary>
internal static class BuildTrace
{
    private const int KindInternal = 1;
    private const int KindServer = 2;

    /// <param name="record">The build, which ended.</param>
    /// <param name="steps">What became of its steps.</param>
    /// <param name="traceParent">The span of the client (W3C Trace Context), where it has one.</param>
    public static byte[] Write(BuildRecord record, IReadOnlyCollection<StepEvent> steps, string? traceParent)
    {
        _ = ActivityContext.TryParse(traceParent, null, isRemote: true, out var client);
        var trace = client == default ? ActivityTraceId.CreateRandom() : client.TraceId;
        var root = ActivitySpanId.CreateRandom();
        using var output = new MemoryStream();
        Write("moby.buildkit.v1.Control/Solve", root, client.SpanId, KindServer, record.CreatedAt, record.CompletedAt ?? record.CreatedAt, record.Failure?.Message, "ref", record.Ref, steps.Count);
        foreach (var step in steps)
        {
            Write(
                step.State == StepState.Cached ? $"CACHED {step.Name}" : step.Name, ActivitySpanId.CreateRandom(), root, KindInternal,
                step.Started ?? step.At, step.Completed ?? step.At, step.Error, "vertex", step.Step, children: 0);
        }

        return output.ToArray();

        void Write(string name, ActivitySpanId id, ActivitySpanId parent, int kind, DateTimeOffset from, DateTimeOffset to, string? error, string key, string value, int children)
        {
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                json.WriteString("Name", name);
                Context("SpanContext", trace.ToHexString(), id, isRemote: false);
                Context("Parent", parent == default ? new string('0', 32) : trace.ToHexString(), parent, isRemote: kind == KindServer && parent != default);
                json.WriteNumber("SpanKind", kind);
                json.WriteString("StartTime", from.UtcDateTime);
                json.WriteString("EndTime", to.UtcDateTime);
                Attribute("Attributes", key, value);
                json.WriteNull("Events");
                json.WriteNull("Links");
                json.WriteStartObject("Status");
                json.WriteString("Code", error is null ? "Unset" : "Error");
                json.WriteString("Description", error ?? "");
                json.WriteEndObject();
                json.WriteNumber("ChildSpanCount", children);
                Attribute("Resource", "service.name", "gantryd");
                json.WriteEndObject();

                void Context(string property, string traceId, ActivitySpanId span, bool isRemote)
                {
                    json.WriteStartObject(property);
                    json.WriteString("TraceID", traceId);
                    json.WriteString("SpanID", span == default ? new string('0', 16) : span.ToHexString());
                    json.WriteString("TraceFlags", "01");
                    json.WriteString("TraceState", "");
                    json.WriteBoolean("Remote", isRemote);
                    json.WriteEndObject();
                }

                void Attribute(string property, string name, string text)
                {
                    json.WriteStartArray(property);
                    json.WriteStartObject();
                    json.WriteString("Key", name);
                    json.WriteStartObject("Value");
                    json.WriteString("Type", "STRING");
                    json.WriteString("Value", text);
                    json.WriteEndObject();
                    json.WriteEndObject();
                    json.WriteEndArray();
                }
            }

            output.WriteByte((byte)'\n');
        }
    }
}

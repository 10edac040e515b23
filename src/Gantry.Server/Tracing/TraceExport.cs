using System.Globalization;
using Gantry.Spec;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gantry.Server.Tracing;

/// <summary>
/// Sends spans where the OTEL variables ask for them, as Docker's daemon does (OpenTelemetry, "Environment Variable
/// Specification"). Those that are not named here are the library's own to read.
/// </summary>
internal static class TraceExport
{
    private const string Exporter = "OTEL_TRACES_EXPORTER";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string TracesProtocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";

    /// <returns>Null where no variable asks for them. Disposing it sends what is left.</returns>
    /// <exception cref="InvalidArgumentException">A variable has a value that means nothing here.</exception>
    public static IDisposable? TryStart() => !IsAsked() ? null : Sdk.CreateTracerProviderBuilder()
        .AddSource(Spec.Tracing.Name)
        .ConfigureResource(resource => resource.AddService(Variable("OTEL_SERVICE_NAME") ?? "gantryd", serviceVersion: Product.Version))
        .AddOtlpExporter(Configure)
        .Build();

    private static bool IsAsked()
    {
        if (Variable("OTEL_SDK_DISABLED")?.Equals("true", StringComparison.OrdinalIgnoreCase) == true)
        {
            return false;
        }

        return Variable(Exporter) switch
        {
            null => Variable(Endpoint) is not null || Variable(TracesEndpoint) is not null,
            "otlp" => true,
            "none" => false,
            var other => throw new InvalidArgumentException($"{Exporter} \"{other}\" is not supported: otlp or none"),
        };
    }

    /// <summary>What is said of traces alone goes before what is said of all signals, which the exporter has read.</summary>
    private static void Configure(OtlpExporterOptions options)
    {
        options.Protocol = ProtocolAsked();
        if (Variable(TracesEndpoint) is { } endpoint)
        {
            options.Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
                ? address
                : throw new InvalidArgumentException($"{TracesEndpoint} \"{endpoint}\" is no address: http://host:4318/v1/traces is one");
        }

        options.Headers = Variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? options.Headers;
        if (int.TryParse(Variable("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"), CultureInfo.InvariantCulture, out var milliseconds))
        {
            options.TimeoutMilliseconds = milliseconds;
        }
    }

    private static OtlpExportProtocol ProtocolAsked()
    {
        var name = Variable(TracesProtocol) is null ? Protocol : TracesProtocol;
        return Variable(name) switch
        {
            // Docker's daemon has it so, too.
            null or "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            "grpc" => OtlpExportProtocol.Grpc,
            var other => throw new InvalidArgumentException($"{name} \"{other}\" is not supported: http/protobuf or grpc"),
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Writes JSON answers as Docker does: with their length, and a line end.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static async Task WriteAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, value, type);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>One value and a line end.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T value, JsonTypeInfo<T> type)
    {
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        output.Write("\n"u8);
    }

    public static Task WriteErrorAsync(HttpContext http, Exception error)
    {
        var status = ErrorMapping.StatusOf(error);
        if (status == StatusCodes.Status304NotModified)
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        return error is OldClientException ? WriteTextAsync(http, status, error.Message) : WriteErrorAsync(http, status, error.Message);
    }

    public static Task WriteErrorAsync(HttpContext http, int status, string message) =>
        WriteAsync(http, new ErrorResponse { Message = message }, EngineJsonContext.Wire.ErrorResponse, status);

    private static Task WriteTextAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return http.Response.WriteAsync(message + "\n", http.RequestAborted);
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Engine.Backends;
using Gantry.Server.Hosting;
using Gantry.Spec;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>A request to an endpoint: its version, the variable part of its path, its query and its body.</summary>
internal sealed class ApiRequest(HttpContext http, ApiVersion version, string subject)
{
    /// <summary>More than any sensible JSON body; archives are streams and have no such limit.</summary>
    private const int JsonLimit = 16 * 1024 * 1024;

    public HttpContext Http { get; } = http;

    public ApiVersion Version { get; } = version;

    /// <summary>What the path names: a container, an exec or an image.</summary>
    public string Subject { get; } = subject;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The value of a query parameter, null when it is absent or empty.</summary>
    public string? Query(string name) => Http.Request.Query[name] is [{ Length: > 0 } first, ..] ? first : null;

    public IReadOnlyList<string> QueryAll(string name) => [.. Http.Request.Query[name].OfType<string>()];

    /// <summary>Everything but empty, <c>0</c>, <c>no</c>, <c>false</c> and <c>none</c> is true, as in Docker.</summary>
    public bool QueryFlag(string name, bool absent = false)
    {
        if (!Http.Request.Query.ContainsKey(name))
        {
            return absent;
        }

        return Query(name)?.Trim().ToLowerInvariant() is not (null or "" or "0" or "no" or "false" or "none");
    }

    public int? QueryInteger(string name)
    {
        if (Query(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidArgumentException($"invalid value \"{text}\" for {name}: it must be an integer");
    }

    public DateTimeOffset? QueryTime(string name) => Query(name) is { } text ? Timestamp.Parse(name, text) : null;

    /// <returns>Nanoseconds since 1970.</returns>
    public long? QueryNanoseconds(string name) => Query(name) is { } text ? Timestamp.ParseNanoseconds(name, text) : null;

    public Filters Filters() => FilterParser.Parse(Query("filters"));

    /// <summary>Whether a content type says JSON: what does not is neither read as JSON nor shown to authorization plug-ins.</summary>
    public static bool IsJson(string? contentType) =>
        contentType?.Split(';', 2)[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a JSON body; null when there is none.</summary>
    public async Task<T?> ReadJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        // A body of JSON is small or wrong; archives do not come this way.
        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = JsonLimit;
        }

        var reader = Http.Request.BodyReader;
        var result = await reader.ReadAsync(Aborted).ConfigureAwait(false);
        while (!result.IsCompleted)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await reader.ReadAsync(Aborted).ConfigureAwait(false);
        }

        try
        {
            if (result.Buffer.IsEmpty)
            {
                return null;
            }

            RequireJsonContentType();
            var json = new Utf8JsonReader(result.Buffer);
            var value = JsonSerializer.Deserialize(ref json, type);
            RequireEnd(ref json);
            return value;
        }
        catch (JsonException failure)
        {
            throw new InvalidArgumentException($"invalid JSON: {JsonSyntax.Fault(result.Buffer.ToArray()) ?? JsonProblem.Describe(failure)}", failure);
        }
        finally
        {
            reader.AdvanceTo(result.Buffer.End);
        }
    }

    /// <summary>Reads a JSON body that must be there.</summary>
    public async Task<T> RequireJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class =>
        await ReadJsonAsync(type).ConfigureAwait(false) ?? throw new InvalidArgumentException("invalid JSON: got EOF while reading request body");

    /// <summary>Reads past a body that says nothing: on a connection that is taken over its bytes would be taken for input.</summary>
    public async ValueTask SkipBodyAsync()
    {
        if (Http.Request.ContentLength is null or 0 && Http.Request.Headers.TransferEncoding.Count == 0)
        {
            return;
        }

        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = JsonLimit;
        }

        await Http.Request.Body.CopyToAsync(Stream.Null, Aborted).ConfigureAwait(false);
    }

    public Task AnswerAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        JsonAnswer.WriteAsync(Http, value, type, status);

    public Task AnswerAsync(int status)
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Takes the connection over; the answer's head is the caller's to write. See <see cref="HijackableConnection"/>.</summary>
    public IHijackFeature Hijack() =>
        Http.Features.Get<IHijackFeature>() ?? throw new InternalException("this connection cannot be taken over");

    private static void RequireEnd(ref Utf8JsonReader json)
    {
        try
        {
            if (!json.Read())
            {
                return;
            }
        }
        catch (JsonException)
        {
            // Not JSON either.
        }

        throw new InvalidArgumentException("unexpected content after JSON");
    }

    private void RequireJsonContentType()
    {
        var type = Http.Request.ContentType;
        if (!IsJson(type))
        {
            throw new InvalidArgumentException($"unsupported Content-Type header ({type}): must be 'application/json'");
        }
    }
}

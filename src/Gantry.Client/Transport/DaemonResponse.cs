using System.Buffers;
using System.Text;
using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>An answer whose body is still to be read. Disposing it before its end closes the connection.</summary>
internal sealed class DaemonResponse(DaemonConnection connection, ResponseHead head, ResponseBody? body) : IDisposable
{
    public int Status => head.Status;

    public ResponseHead Head => head;

    public Stream Body => body ?? Stream.Null;

    public bool IsError => head.Status >= 400;

    public HijackedStream TakeConnection() => new(connection, head["Content-Type"] switch
    {
        "application/vnd.docker.multiplexed-stream" => true,
        "application/vnd.docker.raw-stream" when head["Api-Version"] is { } text && ApiVersion.TryParse(text, out var version) && version >= new ApiVersion(1, 42) => false,
        _ => null,
    });

    public async ValueTask<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var count = await Body.ReadAsync(buffer.GetMemory(1024), cancellationToken).ConfigureAwait(false);
            if (count == 0) return buffer.WrittenMemory;
            buffer.Advance(count);
        }
    }

    public async ValueTask<JsonDocument> ReadJsonAsync(CancellationToken cancellationToken) =>
        JsonDocument.Parse(await ReadAllAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The kind of failure that the status means, with the daemon's sentence.</summary>
    public async ValueTask<GantryException> ReadErrorAsync(CancellationToken cancellationToken)
    {
        var bytes = await ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return FromStatus(head.Status, $"Error response from daemon: {MessageOf(bytes.Span) ?? $"status {head.Status}"}");
    }

    public void Dispose()
    {
        if (body is null) connection.Dispose();
        else body.Dispose();
    }

    internal static string? MessageOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && JsonElement.TryParseValue(ref reader, out var element)
                && element.Value.TryGetProperty("message", out var message))
            {
                return message.GetString()?.Trim();
            }
        }
        catch (JsonException)
        {
            // Not from the daemon itself but a proxy in between: its text is what there is to say.
        }

        var text = Encoding.UTF8.GetString(bytes).Trim();
        return text.Length > 0 ? text : null;
    }

    private static GantryException FromStatus(int status, string message) => status switch
    {
        400 => new InvalidArgumentException(message),
        401 => new UnauthorizedException(message),
        403 => new PermissionDeniedException(message),
        404 => new NotFoundException(message),
        409 => new ConflictException(message),
        501 => new UnsupportedException(message),
        503 => new UnavailableException(message),
        _ => new InternalException(message),
    };
}

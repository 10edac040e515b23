using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Client.Transport;

namespace Gantry.Client;

/// <summary>
/// The Engine API of one daemon: gantryd, or any other that speaks it. Failures are <see cref="Gantry.Spec.GantryException"/>s of the
/// kind their status means. Safe for concurrent use unless <see cref="ClientOptions.Blocking"/> is set.
/// </summary>
public sealed partial class GantryClient(ClientOptions options) : IDisposable
{
    private readonly DaemonTransport _transport = new(options);

    public DaemonAddress Address => options.Address;

    /// <summary>Nothing is changed: it is only seen what would be.</summary>
    public bool IsRehearsal => options.Rehearsal is not null;

    /// <summary>The version in use; exact once a request was answered.</summary>
    public ApiVersion Version => _transport.Version;

    public ValueTask<ApiVersion> NegotiateAsync(CancellationToken cancellationToken = default) => _transport.NegotiateAsync(cancellationToken);

    public async ValueTask<T> GetAsync<T>(string target, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(new DaemonRequest("GET", target), cancellationToken).ConfigureAwait(false);
        var bytes = await response.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes.Span, type) ?? throw new InvalidDataException($"the daemon answered null to {target}");
    }

    public ValueTask<JsonElement> GetAsync(string target, CancellationToken cancellationToken = default) => GetAsync(target, null, cancellationToken);

    /// <param name="registryAuth">The header X-Registry-Auth, for what the daemon asks a registry.</param>
    public async ValueTask<JsonElement> GetAsync(string target, string? registryAuth, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(new DaemonRequest("GET", target) { RegistryAuth = registryAuth }, cancellationToken).ConfigureAwait(false);
        return (await response.ReadJsonAsync(cancellationToken).ConfigureAwait(false)).RootElement;
    }

    /// <summary>The body of a GET, to be read and disposed by the caller.</summary>
    public async ValueTask<Stream> OpenAsync(string target, CancellationToken cancellationToken = default) =>
        (await _transport.SendAsync(new DaemonRequest("GET", target), cancellationToken).ConfigureAwait(false)).Body;

    /// <summary>A connection as it is, for whoever speaks HTTP on it.</summary>
    public HijackedStream Dial() => _transport.Dial();

    /// <returns>The answer's JSON; undefined where it has no body.</returns>
    public ValueTask<JsonElement> PostAsync(string target, ReadOnlyMemory<byte> json = default, CancellationToken cancellationToken = default) =>
        SendAsync(new DaemonRequest("POST", target) { Json = json }, cancellationToken);

    /// <param name="registryAuth">The header X-Registry-Auth, for what the daemon asks a registry.</param>
    public ValueTask<JsonElement> PostAsync(string target, ReadOnlyMemory<byte> json, string? registryAuth, CancellationToken cancellationToken = default) =>
        SendAsync(new DaemonRequest("POST", target) { Json = json, RegistryAuth = registryAuth }, cancellationToken);

    public ValueTask<JsonElement> DeleteAsync(string target, CancellationToken cancellationToken = default) =>
        SendAsync(new DaemonRequest("DELETE", target), cancellationToken);

    /// <summary>A POST whose answer is a stream of JSON messages.</summary>
    public async IAsyncEnumerable<JsonElement> PostMessagesAsync(
        string target,
        Stream? content = null,
        string? registryAuth = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (IsRehearsal) yield break;
        var request = new DaemonRequest("POST", target) { Content = content, RegistryAuth = registryAuth, ContentType = content is null ? "text/plain" : "application/x-tar" };
        using var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        await foreach (var message in JsonMessages.ReadAsync(response.Body, cancellationToken).ConfigureAwait(false)) yield return message;
    }

    /// <summary>A build, whose answer is a stream of JSON messages.</summary>
    /// <param name="content">The context, or what the target says that it is.</param>
    /// <param name="headers">Further headers.</param>
    public async IAsyncEnumerable<JsonElement> BuildAsync(
        string target, Stream content, IReadOnlyList<KeyValuePair<string, string>> headers, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new DaemonRequest("POST", target) { Content = content, ContentType = "application/x-tar", Headers = headers };
        using var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        await foreach (var message in JsonMessages.ReadAsync(response.Body, cancellationToken).ConfigureAwait(false)) yield return message;
    }

    /// <summary>A POST of a stream.</summary>
    public ValueTask<JsonElement> PostStreamAsync(string target, Stream content, CancellationToken cancellationToken = default) =>
        SendAsync(new DaemonRequest("POST", target) { Content = content, ContentType = "application/x-tar" }, cancellationToken);

    /// <summary>A GET whose answer is a stream of JSON messages.</summary>
    public async IAsyncEnumerable<JsonElement> GetMessagesAsync(string target, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(new DaemonRequest("GET", target), cancellationToken).ConfigureAwait(false);
        await foreach (var message in JsonMessages.ReadAsync(response.Body, cancellationToken).ConfigureAwait(false)) yield return message;
    }

    public void Dispose() => _transport.Dispose();

    private async ValueTask<JsonElement> SendAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        if (options.Rehearsal is { } rehearsal) return rehearsal.Answer(request.Method, request.Target);
        using var response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<JsonElement> ReadAsync(DaemonResponse response, CancellationToken cancellationToken)
    {
        var bytes = await response.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return bytes.Length > 0 && bytes.Span[0] is (byte)'{' or (byte)'[' or (byte)'n' ? JsonDocument.Parse(bytes).RootElement : default;
    }
}

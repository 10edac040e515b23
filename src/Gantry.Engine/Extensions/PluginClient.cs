using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Spec;

namespace Gantry.Engine.Extensions;

/// <summary>What a plug-in answers: at least why it did not do what was asked.</summary>
internal interface IPluginAnswer
{
    string? Err { get; }
}

/// <summary>Speaks Docker's plug-in protocol: JSON in POST requests, on a Unix socket mostly.</summary>
/// <param name="kind">What the plug-in is, for messages: <c>volume driver</c>.</param>
/// <param name="name">Its name.</param>
/// <param name="address">Where it listens (<see cref="Plugins"/>).</param>
internal sealed class PluginClient(string kind, string name, Uri address) : IDisposable
{
    private const string ContentType = "application/vnd.docker.plugins.v1.2+json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        ConnectCallback = address.Scheme == "unix" ? (_, token) => ConnectAsync(address.LocalPath, token) : null,
        UseProxy = false,
        // A connection that is kept may be closed by the plug-in just when the next request is on its way, which cannot be sent again then.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        BaseAddress = address.Scheme == "unix" ? new("http://plugin/") : address,
        Timeout = Patience,
    };

    /// <summary>Speaks to the plug-in of a name; null where there is none, or none that speaks <paramref name="protocol"/>.</summary>
    /// <param name="kind">What it is, for messages.</param>
    public static PluginClient? TryActivate(string kind, string name, string protocol)
    {
        if (Plugins.Find(name) is not { } address)
        {
            return null;
        }

        var client = new PluginClient(kind, name, address);
        try
        {
            if (client.Implements(protocol))
            {
                return client;
            }
        }
        catch
        {
            client.Dispose();
            throw;
        }

        client.Dispose();
        return null;
    }

    /// <summary>Asks which protocols it speaks, as is done before anything else.</summary>
    public bool Implements(string protocol) =>
        Call("Plugin.Activate", new(), PluginActivationJson.Default.PluginActivationRequest, PluginActivationJson.Default.PluginActivation).Implements?.Contains(protocol) == true;

    /// <exception cref="InternalException">It does not answer, or says no.</exception>
    public TAnswer Call<TRequest, TAnswer>(string method, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType)
        where TAnswer : class, IPluginAnswer, new()
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, method) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, requestType)) };
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            message.Headers.TryAddWithoutValidation("Accept", ContentType);
            using var response = client.Send(message);
            using var body = response.Content.ReadAsStream();
            var answer = JsonSerializer.Deserialize(body, answerType) ?? new();
            return answer.Err is { Length: > 0 } error ? throw new InternalException($"{method}: {error}")
                : response.IsSuccessStatusCode ? answer
                : throw new InternalException($"{method}: {kind} {name} answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or TaskCanceledException)
        {
            throw new InternalException($"{method}: {kind} {name} does not answer as it should: {e.Message}", e);
        }
    }

    public void Dispose() => client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

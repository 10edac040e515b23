namespace Gantry.Client.Transport;

/// <summary>A request that is sent and whose answer has not been read.</summary>
internal sealed class PendingResponse(DaemonTransport transport, DaemonConnection connection, DaemonRequest request)
{
    /// <summary>The answer; 400 and above is thrown.</summary>
    public async ValueTask<DaemonResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var response = await transport.ReadResponseAsync(connection, request, cancellationToken).ConfigureAwait(false);
        if (!response.IsError) return response;
        using (response) throw await response.ReadErrorAsync(cancellationToken).ConfigureAwait(false);
    }
}

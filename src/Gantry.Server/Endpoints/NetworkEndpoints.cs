using System.Buffers;
using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

internal sealed class NetworkEndpoints(INetworkBackend networks) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/networks", ListAsync),
        Route.Get("/networks/", ListAsync),
        Route.Post("/networks/create", CreateAsync),
        Route.Post("/networks/prune", PruneAsync),
        Route.Post("/networks/{id}/connect", ConnectAsync),
        Route.Post("/networks/{id}/disconnect", DisconnectAsync),
        Route.Get("/networks/{id}", InspectAsync),
        Route.Delete("/networks/{id}", RemoveAsync),
    ];

    private async Task ListAsync(ApiRequest request)
    {
        var list = await networks.ListNetworksAsync(request.Filters(), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(list, EngineJsonContext.Wire.IReadOnlyListNetworkInspect).ConfigureAwait(false);
    }

    private static readonly SearchValues<string> Truths = SearchValues.Create(["0", "1", "t", "f", "true", "false"], StringComparison.OrdinalIgnoreCase);

    /// <summary><c>verbose</c> adds what swarm services have, and there are none.</summary>
    private async Task InspectAsync(ApiRequest request)
    {
        if (request.Query("verbose") is { } verbose && !Truths.Contains(verbose))
        {
            throw new InvalidArgumentException($"invalid value for verbose: {verbose}: it is true or false");
        }

        var network = await networks.InspectNetworkAsync(request.Subject, request.Query("scope"), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(network, EngineJsonContext.Wire.NetworkInspect).ConfigureAwait(false);
    }

    // Once begun, these are not given up when the client goes away: a network that is there by half helps nobody.
    private async Task CreateAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.NetworkCreateRequest).ConfigureAwait(false);
        var answer = await networks.CreateNetworkAsync(NetworkCompat.Create(body, request.Version), CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.NetworkCreateResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        await networks.RemoveNetworkAsync(request.Subject, CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    private async Task ConnectAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.NetworkConnectRequest).ConfigureAwait(false);
        var settings = body.EndpointConfig is { } asked ? NetworkCompat.Endpoint(asked, request.Version) : null;
        await networks.ConnectAsync(request.Subject, body.Container, settings, CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private async Task DisconnectAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.NetworkDisconnectRequest).ConfigureAwait(false);
        await networks.DisconnectAsync(request.Subject, body.Container, body.Force, CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private async Task PruneAsync(ApiRequest request)
    {
        var answer = await networks.PruneNetworksAsync(request.Filters(), CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(answer, EngineJsonContext.Wire.NetworkPruneResponse).ConfigureAwait(false);
    }
}

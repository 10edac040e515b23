using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

/// <summary>What registries have, for clients that do not speak with registries themselves. These are Gantry's own.</summary>
internal sealed class RegistryEndpoints(IRegistryBackend registries) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/distribution/{name*}/manifest", GetAsync),
        Route.Post("/distribution/{name*}/manifest", PutAsync),
        Route.Get("/distribution/{name*}/blob", GetBlobAsync),
        Route.Post("/distribution/{name*}/blob", PutBlobAsync),
        Route.Post("/distribution/{name*}/copy", CopyAsync),
    ];

    private async Task GetAsync(ApiRequest request)
    {
        var found = await registries.GetManifestAsync(request.Subject, request.QueryFlag("configuration"), Call(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(found, EngineJsonContext.Wire.RegistryManifest).ConfigureAwait(false);
    }

    private async Task PutAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.RegistryManifestRequest).ConfigureAwait(false);
        var digest = await registries.PutManifestAsync(request.Subject, body.MediaType, body.Raw, Call(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(new RegistryManifestResponse(digest), EngineJsonContext.Wire.RegistryManifestResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task GetBlobAsync(ApiRequest request)
    {
        var content = await registries.GetBlobAsync(request.Subject, Call(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(new RegistryBlob { Raw = content }, EngineJsonContext.Wire.RegistryBlob).ConfigureAwait(false);
    }

    private async Task PutBlobAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.RegistryBlob).ConfigureAwait(false);
        var digest = await registries.PutBlobAsync(request.Subject, body.Raw, Call(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(new RegistryManifestResponse(digest), EngineJsonContext.Wire.RegistryManifestResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task CopyAsync(ApiRequest request)
    {
        var body = await request.RequireJsonAsync(EngineJsonContext.Default.RegistryCopyRequest).ConfigureAwait(false);
        await registries.CopyManifestAsync(request.Subject, body.From, Call(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static RegistryCall Call(ApiRequest request) => new(RegistryAuthHeader.Of(request), request.QueryFlag("insecure"));
}

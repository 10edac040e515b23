using Gantry.Engine.Backends;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Endpoints;

internal sealed class ImageEndpoints(IImageBackend images) : IEndpointGroup
{
    public IReadOnlyList<Route> Routes =>
    [
        Route.Get("/images/json", ListAsync),
        Route.Get("/images/get", SaveManyAsync),
        Route.Get("/images/search", SearchAsync),
        Route.Get("/images/{name*}/json", InspectAsync),
        Route.Get("/images/{name*}/history", HistoryAsync),
        Route.Get("/images/{name*}/get", SaveOneAsync),
        Route.Post("/images/create", CreateAsync),
        Route.Post("/images/load", LoadAsync),
        Route.Post("/images/{name*}/tag", TagAsync),
        Route.Post("/images/{name*}/push", PushAsync),
        Route.Delete("/images/{name*}", RemoveAsync),
        Route.Get("/distribution/{name*}/json", InspectRemoteAsync),
    ];

    private async Task ListAsync(ApiRequest request)
    {
        var list = await images.ListImagesAsync(
            new ImageListOptions
            {
                All = request.QueryFlag("all"),
                Digests = request.QueryFlag("digests"),
                SharedSize = !request.Version.IsBefore(42) && request.QueryFlag("shared-size"),
                Manifests = !request.Version.IsBefore(47) && request.QueryFlag("manifests"),
                Filters = ImageCompat.Filters(request),
            },
            request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(ImageCompat.List(list, request.Version), EngineJsonContext.Wire.IReadOnlyListImageSummary).ConfigureAwait(false);
    }

    private async Task InspectAsync(ApiRequest request)
    {
        var platform = ImageCompat.Platform(request, sinceMinor: 49);
        var manifests = !request.Version.IsBefore(48) && request.QueryFlag("manifests");
        if (manifests && platform is not null)
        {
            throw new InvalidArgumentException("conflicting options: manifests and platform options cannot both be set");
        }

        var image = await images.InspectImageAsync(request.Subject, platform, manifests, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(ImageCompat.Inspect(image, ImageCompat.VersionToInspect(request)), EngineJsonContext.Wire.ImageInspectResponse).ConfigureAwait(false);
    }

    private async Task HistoryAsync(ApiRequest request)
    {
        var history = await images.ImageHistoryAsync(request.Subject, ImageCompat.Platform(request, sinceMinor: 48), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(history, EngineJsonContext.Wire.IReadOnlyListImageHistoryItem).ConfigureAwait(false);
    }

    /// <summary>Pull, or import where <c>fromSrc</c> is given.</summary>
    private Task CreateAsync(ApiRequest request)
    {
        var platform = request.Version.IsBefore(32) ? null : request.Query("platform");
        if (request.Query("fromImage") is { } image)
        {
            return JsonLines.WriteProgressAsync(request, images.PullAsync(image, request.Query("tag"), platform, Auth(request), request.Aborted));
        }

        return request.Query("fromSrc") switch
        {
            "-" => JsonLines.WriteProgressAsync(request, images.ImportAsync(ImportOptions(request, platform), request.Http.Request.Body, request.Aborted)),
            { } url => throw new UnsupportedException($"importing from {url} is not supported yet: fetch it and import it from a file or standard input"),
            null => throw new InvalidArgumentException("either fromImage (pull) or fromSrc (import) must be given"),
        };
    }

    private Task LoadAsync(ApiRequest request)
    {
        var isQuiet = request.QueryFlag("quiet", absent: true);
        var messages = images.LoadAsync(request.Http.Request.Body, ImageCompat.Platforms(request, "platform", sinceMinor: 48), isQuiet, request.Aborted);
        return JsonLines.WriteProgressAsync(request, messages, alwaysWithin: true, isQuiet);
    }

    private Task SaveOneAsync(ApiRequest request) => SaveAsync(request, [request.Subject]);

    private Task SaveManyAsync(ApiRequest request) => SaveAsync(request, request.QueryAll("names"));

    private async Task SaveAsync(ApiRequest request, IReadOnlyList<string> names)
    {
        var write = await images.SaveAsync(names, ImageCompat.Platforms(request, "platform", sinceMinor: 48), request.Aborted).ConfigureAwait(false);
        request.Http.Response.ContentType = "application/x-tar";
        await write(request.Http.Response.Body, request.Aborted).ConfigureAwait(false);
    }

    private Task PushAsync(ApiRequest request)
    {
        var platform = ImageCompat.Platform(request, sinceMinor: 46);
        return JsonLines.WriteProgressAsync(request, images.PushAsync(request.Subject, request.Query("tag"), platform, Auth(request), request.Aborted));
    }

    private async Task InspectRemoteAsync(ApiRequest request)
    {
        var found = await images.InspectRemoteAsync(request.Subject, Auth(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(found, EngineJsonContext.Wire.DistributionInspect).ConfigureAwait(false);
    }

    private async Task TagAsync(ApiRequest request)
    {
        var repository = request.Query("repo") ?? throw new InvalidArgumentException("invalid reference format: repo is missing");
        await images.TagAsync(request.Subject, repository, request.Query("tag"), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        var removed = await images
            .RemoveImageAsync(request.Subject, ImageCompat.Platforms(request, "platforms", sinceMinor: 50), request.QueryFlag("force"), prune: !request.QueryFlag("noprune"), CancellationToken.None)
            .ConfigureAwait(false);
        await request.AnswerAsync(removed, EngineJsonContext.Wire.IReadOnlyListImageDeleteItem).ConfigureAwait(false);
    }

    private async Task SearchAsync(ApiRequest request)
    {
        var term = request.Query("term") ?? throw new InvalidArgumentException("a search needs a term");
        var found = await images.SearchAsync(term, request.QueryInteger("limit"), request.Filters(), Auth(request), request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(found, EngineJsonContext.Wire.IReadOnlyListSearchResult).ConfigureAwait(false);
    }

    private static AuthConfig? Auth(ApiRequest request) => RegistryAuthHeader.Of(request);

    private static ImageImportOptions ImportOptions(ApiRequest request, string? platform) => new()
    {
        Repository = request.Query("repo"),
        Tag = request.Query("tag"),
        Message = request.Query("message"),
        Platform = platform,
        Changes = request.QueryAll("changes"),
    };
}

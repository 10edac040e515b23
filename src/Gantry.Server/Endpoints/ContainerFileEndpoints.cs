using System.Text.Json;
using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Endpoints;

internal sealed class ContainerFileEndpoints(IContainerFileBackend files) : IEndpointGroup
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    public IReadOnlyList<Route> Routes =>
    [
        Route.Head("/containers/{id}/archive", StatAsync),
        Route.Get("/containers/{id}/archive", ReadAsync),
        Route.Put("/containers/{id}/archive", ExtractAsync),
        Route.Get("/containers/{id}/changes", ChangesAsync),
        Route.Get("/containers/{id}/export", ExportAsync),
        Route.Post("/commit", CommitAsync),
    ];

    private async Task StatAsync(ApiRequest request)
    {
        var stat = await files.StatPathAsync(request.Subject, PathOf(request), request.Aborted).ConfigureAwait(false);
        SetHeader(request, stat);
    }

    private async Task ReadAsync(ApiRequest request)
    {
        using var archive = await files.OpenArchiveAsync(request.Subject, PathOf(request), request.Aborted).ConfigureAwait(false);
        SetHeader(request, archive.Stat);
        request.Http.Response.ContentType = "application/x-tar";
        await archive.WriteAsync(request.Http.Response.BodyWriter.AsStream(leaveOpen: true), request.Aborted).ConfigureAwait(false);
    }

    private async Task ExtractAsync(ApiRequest request)
    {
        Unlimit(request);
        await files.ExtractArchiveAsync(
            request.Subject,
            new()
            {
                Path = PathOf(request),
                NoOverwriteDirNonDir = request.QueryFlag("noOverwriteDirNonDir"),
                CopyUidGid = request.QueryFlag("copyUIDGID"),
            },
            request.Http.Request.BodyReader.AsStream(leaveOpen: true),
            request.Aborted).ConfigureAwait(false);
    }

    private async Task ChangesAsync(ApiRequest request)
    {
        var changes = await files.ChangesAsync(request.Subject, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(changes.Count == 0 ? null! : changes, EngineJsonContext.Wire.IReadOnlyListFilesystemChange).ConfigureAwait(false);
    }

    private async Task ExportAsync(ApiRequest request)
    {
        using var archive = await files.ExportAsync(request.Subject, request.Aborted).ConfigureAwait(false);
        request.Http.Response.ContentType = "application/octet-stream";
        await archive.WriteAsync(request.Http.Response.BodyWriter.AsStream(leaveOpen: true), request.Aborted).ConfigureAwait(false);
    }

    private async Task CommitAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync(EngineJsonContext.Default.ContainerConfig).ConfigureAwait(false);
        var container = request.Query("container") ?? throw new InvalidArgumentException("container must be given: the container that the image is made of");
        var id = await files.CommitAsync(
            container,
            new()
            {
                Repository = request.Query("repo"),
                Tag = request.Query("tag"),
                Comment = request.Query("comment"),
                Author = request.Query("author"),
                Pause = request.QueryFlag("pause", absent: !request.Version.IsBefore(13)),
                Changes = [.. request.QueryAll("changes").SelectMany(change => change.Split('\n'))],
                Config = body,
            },
            CancellationToken.None).ConfigureAwait(false);
        await request.AnswerAsync(new IdResponse { Id = id }, EngineJsonContext.Wire.IdResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static string PathOf(ApiRequest request) => request.Query("path") ?? throw new InvalidArgumentException("bad parameter: path is required");

    private static void SetHeader(ApiRequest request, PathStat stat) =>
        request.Http.Response.Headers[StatHeader] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(stat, EngineJsonContext.Wire.PathStat));

    private static void Unlimit(ApiRequest request)
    {
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }
}

using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Engine.Extensions.Authorization;
using Gantry.Server.Http;
using Gantry.Spec;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Authorization;

/// <summary>Has requests judged before they are served, and their answers before they go out.</summary>
internal sealed partial class RequestAuthorization(AuthorizationPlugins plugins, ILogger logger)
{
    /// <summary>Bytes of a body in JSON; a larger one could not be judged.</summary>
    private const int BodyLimit = 4 * 1024 * 1024;
    private const string LoginPath = "/auth";

    // Credentials are nobody's but the registry's.
    private static readonly string[] Secret = ["Authorization", "X-Registry-Config", "X-Registry-Auth", "X-Gantry-Build-Secrets", "Host"];

    public bool IsOn => plugins.IsOn;

    /// <param name="context">The request.</param>
    /// <param name="path">Its path as it will be routed: no other spelling of it reaches the plug-ins.</param>
    /// <param name="endpoint">The same without a version.</param>
    /// <param name="serve">Serves it.</param>
    public async Task RunAsync(HttpContext context, string path, string endpoint, Func<Task> serve)
    {
        var asked = await DescribeAsync(context, path, endpoint).ConfigureAwait(false);
        await plugins.JudgeAsync(asked).ConfigureAwait(false);
        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var answer = new HeldAnswer(inner);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        try
        {
            await serve().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            context.Features.Set(inner);
            await TellAsync(asked with { ResponseStatusCode = ErrorMapping.StatusOf(failure), ResponseHeaders = Headers(context.Response.Headers) }).ConfigureAwait(false);
            throw;
        }

        context.Features.Set(inner);
        var told = asked with
        {
            ResponseStatusCode = context.Response.StatusCode,
            ResponseHeaders = Headers(context.Response.Headers),
            ResponseBody = ApiRequest.IsJson(context.Response.ContentType) && !IsLogin(endpoint) ? answer.Held.ToArray() : null,
        };
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            // It is out, or the connection has been taken over: there is nothing left to deny.
            await TellAsync(told).ConfigureAwait(false);
            return;
        }

        try
        {
            await plugins.JudgeAsync(told).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            context.Response.Headers.ContentLength = null;
            throw;
        }

        await answer.ReleaseAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private async Task TellAsync(AuthorizationRequest request)
    {
        try
        {
            await plugins.JudgeAsync(request).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            LogTooLate(logger, request.RequestMethod, request.RequestUri, e.Message);
        }
    }

    private static async Task<AuthorizationRequest> DescribeAsync(HttpContext context, string path, string endpoint)
    {
        var certificate = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        return new()
        {
            User = certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
            UserAuthNMethod = certificate is null ? null : "TLS",
            RequestMethod = context.Request.Method,
            RequestUri = new PathString(path).ToUriComponent() + context.Request.QueryString.Value,
            RequestBody = await BodyAsync(context, endpoint).ConfigureAwait(false),
            RequestHeaders = Headers(context.Request.Headers),
            RequestPeerCertificates = certificate is null ? null : [Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n")],
        };
    }

    /// <summary>Reads a body in JSON, for the plug-ins and for the endpoint both.</summary>
    private static async Task<byte[]?> BodyAsync(HttpContext context, string endpoint)
    {
        var request = context.Request;
        if (!ApiRequest.IsJson(request.ContentType) || IsLogin(endpoint) || (request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0))
        {
            return null;
        }

        var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + count > BodyLimit)
            {
                throw new InvalidArgumentException($"request body too large for authorization plugin: size exceeds {BodyLimit} bytes");
            }

            body.Write(buffer, 0, count);
        }

        body.Position = 0;
        request.Body = body;
        return body.ToArray();
    }

    private static bool IsLogin(string endpoint) => endpoint.StartsWith(LoginPath, StringComparison.Ordinal);

    private static Dictionary<string, string> Headers(IHeaderDictionary headers) =>
        headers.Where(header => !Secret.Contains(header.Key, StringComparer.OrdinalIgnoreCase) && header.Value.Count > 0)
            .ToDictionary(header => header.Key, header => header.Value[^1] ?? "", StringComparer.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the answer to {Method} {Path} went out before it could be denied: {Reason}")]
    private static partial void LogTooLate(ILogger logger, string method, string path, string reason);
}

using System.Text.Json;
using Gantry.Spec;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>The one place where a kind of failure becomes a status.</summary>
internal static class ErrorMapping
{
    public static int StatusOf(Exception error) => error switch
    {
        NotFoundException => StatusCodes.Status404NotFound,
        ConflictException => StatusCodes.Status409Conflict,
        InvalidArgumentException or OldClientException or JsonException => StatusCodes.Status400BadRequest,
        NotModifiedException => StatusCodes.Status304NotModified,
        UnavailableException => StatusCodes.Status503ServiceUnavailable,
        UnauthorizedException => StatusCodes.Status401Unauthorized,
        PermissionDeniedException => StatusCodes.Status403Forbidden,
        UnsupportedException => StatusCodes.Status501NotImplemented,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };
}

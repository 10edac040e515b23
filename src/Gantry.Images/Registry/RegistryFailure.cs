using System.Net;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images.Registry;

/// <summary>A registry's refusals in the words that Docker's users know.</summary>
internal static class RegistryFailure
{
    public static GantryException For(HttpResponseMessage response, byte[] body, ImageReference reference, RegistryAccess access, string subject)
    {
        var reason = Describe(response, body);
        return (response.StatusCode, Code(body)) switch
        {
            (HttpStatusCode.Unauthorized, _) when access == RegistryAccess.Login =>
                new UnauthorizedException($"login attempt to {response.RequestMessage?.RequestUri} failed with status: {(int)response.StatusCode} {response.ReasonPhrase}"),
            (_, "DENIED") or (HttpStatusCode.Forbidden, _) when access == RegistryAccess.Push =>
                new PermissionDeniedException($"denied: push access to {reference.FamiliarName} is not granted: {reason}"),
            (HttpStatusCode.Unauthorized, _) when access == RegistryAccess.Push =>
                new UnauthorizedException($"unauthorized: push access to {reference.FamiliarName} requires 'docker login {reference.Domain}': {reason}"),
            (HttpStatusCode.TooManyRequests, _) when access == RegistryAccess.Push =>
                new RegistryUnavailableException($"toomanyrequests: registry {reference.Domain} limits the pushes of {reference.FamiliarName}: {reason}"),
            (_, "DENIED") or (HttpStatusCode.Forbidden, _) =>
                new NotFoundException($"pull access denied for {reference.FamiliarName}, repository does not exist or may require 'docker login': {reason}"),
            (HttpStatusCode.Unauthorized, _) =>
                new UnauthorizedException($"pull access denied for {reference.FamiliarName}, repository does not exist or may require 'docker login': {reason}"),
            (_, "NAME_UNKNOWN") => new NotFoundException($"repository {reference.FamiliarName} not found: {reason}"),
            (HttpStatusCode.NotFound, _) when subject == "manifest" => new NotFoundException($"manifest for {reference.Familiar} not found: {reason}"),
            (HttpStatusCode.NotFound, _) => new NotFoundException($"{subject} of {reference.Familiar} not found: {reason}"),
            (HttpStatusCode.TooManyRequests, _) => new RegistryUnavailableException($"toomanyrequests: registry {reference.Domain} limits the pulls of {reference.Familiar}: {reason}"),
            ( >= HttpStatusCode.InternalServerError, _) => new RegistryUnavailableException($"registry {reference.Domain} failed with the {subject} of {reference.Familiar}: {reason}"),
            _ => new InternalException($"registry {reference.Domain} refused the {subject} of {reference.Familiar}: {reason}"),
        };
    }

    /// <summary>The registry's own words where it has some, else the status; never a page of HTML.</summary>
    public static string Describe(HttpResponseMessage response, byte[] body) => Parse(body) is { } error
        ? $"{(error.Code ?? "").ToLowerInvariant().Replace('_', ' ')}: {Clean(error.Message)}"
        : $"{(int)response.StatusCode} {response.ReasonPhrase}";

    private static string? Code(byte[] body) => Parse(body)?.Code;

    private static RegistryError? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DistributionJson.Default.RegistryErrors) is { Errors: [var first, ..] } ? first : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Clean(string? text) => new((text ?? "").Where(c => !char.IsControl(c)).Take(300).ToArray());
}

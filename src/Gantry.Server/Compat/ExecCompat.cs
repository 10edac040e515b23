using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>The size of an exec's terminal at its start came with API 1.42.</summary>
internal static class ExecCompat
{
    public static ExecCreateRequest Create(ExecCreateRequest request, ApiVersion version) =>
        version.IsBefore(42) ? request with { ConsoleSize = null } : request;

    public static ExecStartRequest Start(ExecStartRequest request, ApiVersion version) =>
        version.IsBefore(42) || !request.Tty ? request with { ConsoleSize = null } : request;
}

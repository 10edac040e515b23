using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the system endpoints ask of the engine.</summary>
public interface ISystemBackend
{
    VersionResponse Version();

    Task<SystemInfo> InfoAsync(CancellationToken cancellationToken);

    /// <summary>Checks credentials with their registry.</summary>
    Task<AuthResponse> AuthenticateAsync(AuthConfig credentials, CancellationToken cancellationToken);
}

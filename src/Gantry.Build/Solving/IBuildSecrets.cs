namespace Gantry.Build.Solving;

/// <summary>What the client of a build knows and keeps.</summary>
public interface IBuildSecrets
{
    /// <summary>A secret's bytes; null where the client has none of that name.</summary>
    Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken);

    /// <summary>A socket on this machine that leads to the client's agent; null where it has none of that name.</summary>
    Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken);
}

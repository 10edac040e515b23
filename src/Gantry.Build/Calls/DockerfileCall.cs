namespace Gantry.Build.Calls;

/// <summary>A question about a Dockerfile that needs no build.</summary>
public enum DockerfileCall
{
    /// <summary>What rules have against it.</summary>
    Check,

    /// <summary>What may be given to a target.</summary>
    Outline,

    /// <summary>Which targets there are.</summary>
    Targets,

    /// <summary>Which of these questions are answered.</summary>
    Describe,
}

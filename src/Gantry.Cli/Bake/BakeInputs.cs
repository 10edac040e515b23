namespace Gantry.Cli.Bake;

/// <summary>What the process gives the files.</summary>
internal sealed record BakeInputs
{
    public required string Directory { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary><c>--var</c>: values of variables, which count more than the environment's.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Is told of what is odd but no error; one line each.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>The value that a variable of a file is given from outside; null for its default.</summary>
    public string? ValueOf(string variable) => Variables.GetValueOrDefault(variable)
        ?? (Environment.GetValueOrDefault("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP") is "1" or "true" ? null : Environment.GetValueOrDefault(variable));
}

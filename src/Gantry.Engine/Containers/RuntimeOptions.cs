using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>An OCI runtime of another's that containers may name.</summary>
/// <param name="Path">Its executable; looked for in <c>PATH</c> where it has no slash.</param>
/// <param name="Arguments">That go before all others.</param>
public sealed record RuntimeProgram(string Path, IReadOnlyList<string> Arguments);

/// <summary>By which OCI runtimes containers can be run, in the terms of Docker's daemon.json.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Ours.</summary>
    public const string StockName = "gantry-runtime";

    /// <summary>What ours answers to: clients of Docker's name its stock runtime, whatever that is.</summary>
    public static IReadOnlyList<string> StockNames { get; } = [StockName, "io.containerd.runc.v2", "runc"];

    /// <summary><c>runtimes</c>, by name.</summary>
    public IReadOnlyDictionary<string, RuntimeProgram> Named { get; init; } = new Dictionary<string, RuntimeProgram>();

    /// <summary><c>default-runtime</c>: for containers that name none.</summary>
    public string Default { get; init; } = StockName;

    /// <exception cref="InvalidArgumentException">The name is that of ours.</exception>
    public RuntimeOptions With(string name, RuntimeProgram program) => StockNames.Contains(name)
        ? throw new InvalidArgumentException($"runtime name '{name}' is reserved: it means {StockName}")
        : this with { Named = new Dictionary<string, RuntimeProgram>(Named, StringComparer.Ordinal) { [name] = program } };

    /// <exception cref="InvalidArgumentException">The default is none of them.</exception>
    public void Check()
    {
        if (!Has(Default))
        {
            throw new InvalidArgumentException($"specified default runtime '{Default}' does not exist");
        }
    }

    /// <exception cref="InvalidArgumentException">There is no such runtime.</exception>
    public void Require(string name)
    {
        if (!Has(name))
        {
            throw new InvalidArgumentException($"unknown or invalid runtime name: {name}");
        }
    }

    private bool Has(string name) => StockNames.Contains(name) || Named.ContainsKey(name);
}

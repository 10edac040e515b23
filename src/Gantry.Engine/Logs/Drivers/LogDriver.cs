using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>One of Docker's logging drivers: its options, and what they mean for a container.</summary>
internal abstract class LogDriver
{
    public abstract string Name { get; }

    /// <summary>The options it has besides those of every driver.</summary>
    public abstract IReadOnlyList<string> Options { get; }

    /// <exception cref="InvalidArgumentException">An option is unknown, or its value is wrong.</exception>
    public virtual void Check(DriverOptions options)
    {
        foreach (var name in options.Names)
        {
            if (!Options.Contains(name) && !LogAttributes.Options.Contains(name) && !LogDelivery.Options.Contains(name) && !LogCache.Options.Contains(name))
            {
                throw new InvalidArgumentException(DescribeUnknown(name));
            }
        }

        LogAttributes.Check(options);
        CheckValues(options);
    }

    /// <summary>The file that a container's log is read from; null where it cannot be read.</summary>
    public abstract LogFilePlan? File(EnginePaths paths, string id, DriverOptions options);

    /// <exception cref="InvalidArgumentException">The container cannot log there; the message says why.</exception>
    public virtual LogPlan Plan(EnginePaths paths, ContainerRecord container, DriverOptions options) => new() { File = File(paths, container.Id, options) };

    protected abstract void CheckValues(DriverOptions options);

    protected virtual string DescribeUnknown(string option) => $"unknown log opt '{option}' for {Name} log driver";
}

using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>Reads <c>runtime</c> of monitor.json.</summary>
internal static class OciRuntimeReader
{
    public static OciRuntime? Read(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var runtime = new OciRuntime { Name = string.Empty, Path = string.Empty, Root = string.Empty };
        while (reader.NextProperty())
        {
            switch (reader.Name())
            {
                case "name":
                    runtime = runtime with { Name = reader.String() ?? string.Empty };
                    break;
                case "path":
                    runtime = runtime with { Path = reader.String() ?? string.Empty };
                    break;
                case "arguments":
                    runtime = runtime with { Arguments = reader.Strings() };
                    break;
                case "root":
                    runtime = runtime with { Root = reader.String() ?? string.Empty };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return runtime.Path.Length > 0 && runtime.Root.Length > 0 ? runtime : throw reader.Missing("runtime.path");
    }
}

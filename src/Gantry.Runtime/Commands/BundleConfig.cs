using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>Reads config.json and process.json.</summary>
internal static class BundleConfig
{
    public static (ContainerSpec Spec, byte[] Bytes) Read(string bundle)
    {
        var file = Path.Combine(bundle, "config.json");
        var bytes = ReadFile(file);
        return (Parse(bytes, file), bytes);
    }

    public static ContainerSpec Parse(byte[] bytes, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, RuntimeJson.Default.ContainerSpec) ?? throw new InvalidArgumentException($"{file} is null");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"{file} is not a valid configuration: {Where(e)}", e);
        }
    }

    public static ProcessSpec ReadProcess(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(ReadFile(file), RuntimeJson.Default.ProcessSpec) ?? throw new InvalidArgumentException($"{file} is null");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"{file} is not a valid process: {Where(e)}", e);
        }
    }

    private static string Where(JsonException e) => e.Path is { Length: > 1 } path
        ? $"{path.TrimStart('$', '.')} in line {e.LineNumber + 1} has a value of the wrong kind"
        : $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: it is not JSON or a required field is missing";

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotFoundException($"{file} does not exist", e);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Devices;

/// <summary>The devices that vendors describe in files (Container Device Interface), by <c>vendor.com/class=name</c>.</summary>
/// <param name="directories">Where the files are; what a later one says goes before what an earlier one does.</param>
internal sealed class CdiDevices(IReadOnlyList<string> directories)
{
    private const string CdiDriver = "cdi";
    private const string Nvidia = "nvidia.com/gpu";
    private const string ClassAnnotation = "org.mobyproject.buildkit.device.class";
    private const string AllowAnnotation = "org.mobyproject.buildkit.device.autoallow";
    private const long MostBytes = 16 << 20;

    /// <summary>Every device there is.</summary>
    public IEnumerable<string> Names => Read(out _).Keys.Order(StringComparer.Ordinal);

    /// <summary>What a container's requests add to it.</summary>
    /// <exception cref="InvalidArgumentException">A device is described nowhere, or what describes it is wrong.</exception>
    public ContainerEdits Resolve(IReadOnlyList<DeviceRequest> requests)
    {
        if (requests.Count == 0)
        {
            return ContainerEdits.None;
        }

        var known = Read(out var failures);
        var edits = ContainerEdits.None;
        var seen = new HashSet<CdiSpec>(ReferenceEqualityComparer.Instance);
        foreach (var name in requests.SelectMany(request => NamesOf(request, known)).Distinct(StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var found))
            {
                throw new InvalidArgumentException($"CDI device injection failed: unresolvable CDI devices {name}{string.Concat(failures.Select(failure => $"; {failure}"))}");
            }

            if (seen.Add(found.Spec) && found.Spec.ContainerEdits is { } common)
            {
                edits = edits.With(Supported(name, common));
            }

            edits = found.Device.ContainerEdits is { } own ? edits.With(Supported(name, own)) : edits;
        }

        return edits;
    }

    /// <summary>What a step of a build asks for with names and classes (reference.md, "RUN --device").</summary>
    /// <exception cref="PermissionDeniedException">The build was not told that it may have a device, nor does the device say so.</exception>
    public DeviceRequest[] RequestsOf(IReadOnlyList<DeviceOption> wanted)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        var known = Read(out var failures);
        var names = new List<string>();
        foreach (var option in wanted)
        {
            var found = Find(option.Name, known).ToList();
            if (found.Count == 0 && option.IsRequired)
            {
                throw new InvalidArgumentException($"the device {option.Name} is required by the build, and none is described by that name{string.Concat(failures.Select(failure => $"; {failure}"))}");
            }

            if (!option.IsAllowed && found.Find(name => Annotation(known[name], AllowAnnotation) is not "true") is { } denied)
            {
                throw new PermissionDeniedException($"--device={option.Name} needs --allow device for {denied}: entitlement device is not allowed");
            }

            names.AddRange(found);
        }

        return names.Count == 0 ? [] : [new() { Driver = CdiDriver, DeviceIDs = [.. names.Distinct()] }];
    }

    private static IEnumerable<string> Find(string name, Dictionary<string, (CdiSpec Spec, CdiDevice Device)> known)
    {
        var names = known.Keys.Order(StringComparer.Ordinal);
        return known.ContainsKey(name) ? [name]
            : name.EndsWith("=*", StringComparison.Ordinal) ? names.Where(other => other.StartsWith(name[..^1], StringComparison.Ordinal))
            : name.Contains('/', StringComparison.Ordinal) ? names.Where(other => other.StartsWith(name + "=", StringComparison.Ordinal)).Take(1)
            : names.Where(other => Annotation(known[other], ClassAnnotation) == name);
    }

    /// <summary>Of the device, or else of all in its file.</summary>
    private static string? Annotation((CdiSpec Spec, CdiDevice Device) described, string name) =>
        (described.Device.Annotations?.TryGetValue(name, out var own) == true ? own
        : described.Spec.Annotations?.TryGetValue(name, out var common) == true ? common
        : default(JsonElement?)) is { } value ? value.ValueKind is JsonValueKind.True ? "true" : value.ToString() : null;

    /// <summary>Whether there is something that could serve a request.</summary>
    public bool CanServe(DeviceRequest request) => request.Driver == CdiDriver || (IsForGpus(request) && Names.Any(name => name.StartsWith(Nvidia + "=", StringComparison.Ordinal)));

    private static bool IsForGpus(DeviceRequest request) =>
        request.Driver is "" or "nvidia" && (request.Capabilities ?? []).Any(set => set.Contains("gpu"));

    private static IEnumerable<string> NamesOf(DeviceRequest request, Dictionary<string, (CdiSpec Spec, CdiDevice Device)> known) => request switch
    {
        { Driver: CdiDriver } => request.DeviceIDs ?? [],
        { DeviceIDs: { Length: > 0 } ids } => ids.Select(id => $"{Nvidia}={id}"),
        { Count: < 0 } when known.ContainsKey(Nvidia + "=all") => [Nvidia + "=all"],
        { Count: < 0 } => known.Keys.Where(name => name.StartsWith(Nvidia + "=", StringComparison.Ordinal)),
        _ => Enumerable.Range(0, request.Count).Select(number => $"{Nvidia}={number}"),
    };

    private static ContainerEdits Supported(string device, ContainerEdits edits) => edits switch
    {
        { NetDevices: not null } => throw new UnsupportedException($"the CDI device {device} moves network devices, which is not supported"),
        { IntelRdt: not null } => throw new UnsupportedException($"the CDI device {device} sets Intel RDT, which is not supported"),
        _ => edits,
    };

    private Dictionary<string, (CdiSpec Spec, CdiDevice Device)> Read(out List<string> failures)
    {
        failures = [];
        var all = new Dictionary<string, (CdiSpec, CdiDevice)>(StringComparer.Ordinal);
        foreach (var directory in directories.Where(Directory.Exists))
        {
            var here = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(directory).Where(file => Path.GetExtension(file) is ".json" or ".yaml").Order(StringComparer.Ordinal))
            {
                if (!TryRead(file, failures, out var spec))
                {
                    continue;
                }

                foreach (var device in spec.Devices)
                {
                    var name = $"{spec.Kind}={device.Name}";
                    if (here.TryAdd(name, file))
                    {
                        all[name] = (spec, device);
                    }
                    else
                    {
                        // Neither is to be preferred.
                        all.Remove(name);
                        failures.Add($"{name} is in {here[name]} and in {file}");
                    }
                }
            }
        }

        return all;
    }

    private static bool TryRead(string file, List<string> failures, [NotNullWhen(true)] out CdiSpec? spec)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes)
            {
                throw new FormatException($"it has more than {MostBytes} bytes");
            }

            var json = Path.GetExtension(file) == ".yaml" ? YamlAsJson.Convert(File.ReadAllText(file)) : File.ReadAllBytes(file);
            spec = JsonSerializer.Deserialize(json.Span, CdiJson.Default.CdiSpec) ?? throw new FormatException("it is empty");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            failures.Add($"{file} is not read: {(e is JsonException json ? $"line {json.LineNumber + 1}, {json.Path}: it is not as the specification of CDI has it" : e.Message)}");
            spec = null;
            return false;
        }
    }
}

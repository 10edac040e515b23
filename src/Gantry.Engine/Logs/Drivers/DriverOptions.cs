using System.Globalization;
using Gantry.Engine.Disk;
using Gantry.Images.Archives;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>The options of a logging driver, read as Docker reads them; a wrong value is an error that names it.</summary>
internal readonly struct DriverOptions(IReadOnlyDictionary<string, string>? values)
{
    private readonly IReadOnlyDictionary<string, string> values = values ?? new Dictionary<string, string>();

    public IEnumerable<string> Names => values.Keys;

    public bool Has(string name) => values.ContainsKey(name);

    public string Text(string name) => values.GetValueOrDefault(name) ?? "";

    public string[] List(string name) => Text(name).Split(',', StringSplitOptions.RemoveEmptyEntries);

    public bool Flag(string name, bool otherwise = false) => Text(name) switch
    {
        "" => otherwise,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw Invalid(name, "true or false is needed"),
    };

    public long Number(string name, long otherwise, long least, long most) =>
        Text(name).Length == 0 ? otherwise
        : long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Invalid(name, $"a number from {least} to {most} is needed");

    /// <summary>Bytes; units are powers of 1000, as for files.</summary>
    public long FileSize(string name, long otherwise) => Size(name, otherwise, 1000);

    /// <summary>Bytes; units are powers of 1024, as for memory.</summary>
    public long MemorySize(string name, long otherwise) => Size(name, otherwise, 1024);

    /// <summary>Milliseconds.</summary>
    public long Duration(string name, long otherwise)
    {
        try
        {
            return Text(name).Length == 0 ? otherwise : GoDuration.Parse(Text(name)) / 1_000_000;
        }
        catch (InvalidArgumentException)
        {
            throw Invalid(name, "a duration is needed, as in 500ms or 1m30s");
        }
    }

    public InvalidArgumentException Invalid(string name, string needed) => new($"invalid value for {name}: {Text(name)}: {needed}");

    private long Size(string name, long otherwise, int step) =>
        Text(name).Length == 0 ? otherwise : ByteSize.TryParse(Text(name), step) ?? throw Invalid(name, "a size is needed, as in 10m");
}

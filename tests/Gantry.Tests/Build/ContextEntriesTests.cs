using System.Text.Json;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Build;

public sealed class ContextEntriesTests
{
    [Fact]
    public void Entries_come_as_they_went()
    {
        BuildContextEntry[] entries =
        [
            new() { Path = "dir", Mode = 0x41ED, Modified = 1_700_000_000_123_456_700 },
            new() { Path = "dir/\u00e4 file", Mode = 0x81A4, Size = 1L << 40, Modified = -5 },
            new() { Path = "link", Mode = 0xA1FF, Link = "../\u00e4" },
        ];
        var json = JsonSerializer.Serialize(new BuildContextRequest { Key = "k", Entries = entries }, EngineJsonContext.Default.BuildContextRequest);
        Assert.Equal(entries, JsonSerializer.Deserialize(json, EngineJsonContext.Default.BuildContextRequest)!.Entries);
    }

    [Theory]
    [InlineData("\"%\"")]
    [InlineData("\"A2Rp\"")]
    [InlineData("\"//////8P\"")]
    [InlineData("[]")]
    [InlineData("7")]
    public void What_is_no_list_is_refused(string entries) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"Key":"k","Entries":""" + entries + "}", EngineJsonContext.Default.BuildContextRequest));
}

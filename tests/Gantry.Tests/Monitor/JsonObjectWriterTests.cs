using System.Text.Json;
using Gantry.Runtime.Json;

namespace Gantry.Tests.Monitor;

public sealed class JsonObjectWriterTests
{
    [Fact]
    public void What_is_written_is_json()
    {
        var json = new JsonObjectWriter(1);
        json.String("text"u8, "a \"quote\" \\ \n\t\u0001 é \u2028 😀 </script>");
        json.String("nothing"u8, null);
        json.Number("number"u8, ulong.MaxValue);
        json.Strings("map"u8, new Dictionary<string, string> { ["k\"1"] = "v\"1", ["k2"] = "" });
        json.Strings("empty"u8, null);
        json.Raw("raw"u8, "[1, 2]"u8);
        using var read = JsonDocument.Parse(json.Finish().ToArray());
        var root = read.RootElement;
        Assert.Equal("a \"quote\" \\ \n\t\u0001 é \u2028 😀 </script>", root.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("nothing").ValueKind);
        Assert.Equal(ulong.MaxValue, root.GetProperty("number").GetUInt64());
        Assert.Equal("v\"1", root.GetProperty("map").GetProperty("k\"1").GetString());
        Assert.Empty(root.GetProperty("empty").EnumerateObject());
        Assert.Equal(2, root.GetProperty("raw").GetArrayLength());
    }

    [Fact]
    public void An_empty_object_is_one() => Assert.Equal("{}"u8, new JsonObjectWriter(1).Finish());
}

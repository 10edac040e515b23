using System.Text.Json.Nodes;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>An OCI bundle of busybox that runs <c>true</c>, the same for each runtime.</summary>
internal static class Bundle
{
    public static async Task<string> CreateAsync(Sandbox sandbox)
    {
        var directory = Path.Combine(sandbox.Root, "bundle");
        var bin = Path.Combine(directory, "rootfs", "bin");
        foreach (var name in (string[])["bin", "proc", "sys", "dev", "etc", "tmp"]) Directory.CreateDirectory(Path.Combine(directory, "rootfs", name));
        File.Copy("/bin/busybox", Path.Combine(bin, "true"), overwrite: true);
        (await Command.RunAsync(Programs.Find("runc") ?? Programs.Find("crun") ?? Programs.Runtime, ["spec", "--bundle", directory])).Succeeds();
        var file = Path.Combine(directory, "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("true");
        await File.WriteAllTextAsync(file, config.ToJsonString());
        return directory;
    }
}

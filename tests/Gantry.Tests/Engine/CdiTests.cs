using Gantry.Engine.Devices;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class CdiTests : IDisposable
{
    private readonly string _low = Directory.CreateTempSubdirectory("gantry-cdi-").FullName;
    private readonly string _high = Directory.CreateTempSubdirectory("gantry-cdi-").FullName;

    public void Dispose()
    {
        Directory.Delete(_low, recursive: true);
        Directory.Delete(_high, recursive: true);
    }

    private CdiDevices Devices => new([_low, _high, "/nowhere"]);

    [Fact]
    public void A_device_brings_what_all_of_its_kind_need_and_its_own_once_each()
    {
        Write(_low, "a.json", """
            {"cdiVersion":"0.6.0","kind":"vendor.com/net","containerEdits":{"env":["ALL=1"],"hooks":[{"hookName":"createContainer","path":"/hook","args":["hook","x"],"timeout":3}]},
             "devices":[{"name":"one","containerEdits":{"env":["ONE=1"],"deviceNodes":[{"path":"/dev/one","hostPath":"/dev/null","permissions":"r","uid":7}],"additionalGids":[5]}},
                        {"name":"two","annotations":{"a":"b"},"containerEdits":{"mounts":[{"hostPath":"/lib","containerPath":"/vendor","options":["ro","rbind"]}]}}]}
            """);
        var edits = Resolve("vendor.com/net=one", "vendor.com/net=two", "vendor.com/net=one");
        Assert.Equal(["ALL=1", "ONE=1"], edits.Env);
        Assert.Equal(("/dev/one", "/dev/null", "r", 7u), (edits.DeviceNodes[0].Path, edits.DeviceNodes[0].HostPath, edits.DeviceNodes[0].Permissions, edits.DeviceNodes[0].Uid));
        Assert.Equal(("/vendor", "ro,rbind"), (edits.Mounts.Single().ContainerPath, string.Join(',', edits.Mounts[0].Options!)));
        Assert.Equal(("createContainer", 3), (edits.Hooks.Single().HookName, edits.Hooks[0].Timeout));
        Assert.Equal([5u], edits.AdditionalGroups);
    }

    [Fact]
    public void Yaml_says_the_same()
    {
        Write(_low, "n.yaml", """
            ---
            cdiVersion: 0.5.0
            kind: nvidia.com/gpu
            devices:
            - name: "0"
              containerEdits:
                deviceNodes:
                - path: /dev/nvidia0
                  major: 195
            - name: all
              containerEdits:
                env: [ "A=b" ]
            containerEdits:
              mounts:
              - hostPath: /usr/lib/libcuda.so
                containerPath: /usr/lib/libcuda.so
                options: [ro, nosuid]
            """);
        Assert.Equal(["nvidia.com/gpu=0", "nvidia.com/gpu=all"], Devices.Names);
        var gpus = new DeviceRequest { Count = -1, Capabilities = [["gpu"]] };
        Assert.True(Devices.CanServe(gpus));
        Assert.Equal(["A=b"], Devices.Resolve([gpus]).Env);
        Assert.Equal(195, Devices.Resolve([gpus with { Count = 1 }]).DeviceNodes.Single().Major);
        Assert.Equal("/usr/lib/libcuda.so", Devices.Resolve([gpus with { Count = 0, DeviceIDs = ["0"] }]).Mounts.Single().HostPath);
        Assert.False(Devices.CanServe(gpus with { Driver = "other" }));
    }

    [Fact]
    public void A_later_directory_goes_before_an_earlier_one_and_two_files_of_one_are_neither()
    {
        Write(_low, "a.json", One("old"));
        Write(_high, "a.json", One("new"));
        Assert.Equal(["V=new"], Resolve("v.com/c=d").Env);
        Write(_high, "b.json", One("other"));
        Assert.Contains($"unresolvable CDI devices v.com/c=d; v.com/c=d is in {_high}/a.json and in {_high}/b.json", Assert.Throws<InvalidArgumentException>(() => Resolve("v.com/c=d")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.json", """{"cdiVersion":"0.5.0","kind":"v.com/c","devices":[],"frob":1}""", "x.json is not read: line 1, $.frob: it is not as the specification of CDI has it")]
    [InlineData("x.json", """{"cdiVersion":"0.5.0","devices":[]}""", "x.json is not read: line 1")]
    [InlineData("x.yaml", "kind: [", "x.yaml is not read: line ")]
    [InlineData("x.yaml", "kind: &a b\ndevices: *a", "x.yaml is not read: line 2")]
    public void A_file_that_is_wrong_is_named_where_a_device_is_missing(string name, string content, string message)
    {
        Write(_low, name, content);
        Assert.Contains(message, Assert.Throws<InvalidArgumentException>(() => Resolve("v.com/c=d")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Write(_low, "x.json", """{"cdiVersion":"1.1.0","kind":"v.com/c","devices":[{"name":"d","containerEdits":{"netDevices":[{"hostInterfaceName":"e","name":"f"}]}}]}""");
        Assert.Equal("the CDI device v.com/c=d moves network devices, which is not supported", Assert.Throws<UnsupportedException>(() => Resolve("v.com/c=d")).Message);
    }

    private static string One(string value) => $$$"""{"cdiVersion":"0.5.0","kind":"v.com/c","devices":[{"name":"d","containerEdits":{"env":["V={{{value}}}"]}}]}""";

    private static void Write(string directory, string name, string content) => File.WriteAllText(Path.Combine(directory, name), content);

    private ContainerEdits Resolve(params string[] names) => Devices.Resolve([new() { Driver = "cdi", DeviceIDs = names }]);
}

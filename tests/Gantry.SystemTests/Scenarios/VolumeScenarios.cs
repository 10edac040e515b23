using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Volumes and mounts.</summary>
public sealed class VolumeScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Made_listed_and_removed(string way) => Play(way, async stage =>
    {
        var volume = stage.Volume();
        (await stage.Run($"volume create --label a=b {volume}")).Succeeds().Prints(volume);
        (await stage.Run($"volume create {volume}")).Succeeds().Prints(volume);
        (await stage.Run($"volume create --label c=d --opt type=tmpfs --opt device=tmpfs {volume}")).Succeeds().Prints(volume);
        (await stage.Run($"volume create --driver nowhere {volume}")).Exits(1).SaysLike("plugin \"nowhere\" not found");
        (await stage.Run($"volume inspect -f '{{{{.Driver}}}} {{{{.Scope}}}} {{{{.Labels}}}} {{{{.Name}}}}' {volume}")).Prints($"local local map[a:b] {volume}");
        (await stage.Run($"volume ls -q --filter name={volume}")).Prints(volume);
        (await stage.Run($"volume ls -q --filter name={volume} --filter dangling=true")).Prints(volume);
        (await stage.Run($"volume ls -q --filter name={volume} --filter dangling=false")).Prints("");
        (await stage.Run("volume ls -q --filter label=a=b")).Contains(volume);
        (await stage.Run($"volume ls --filter name={volume} --format '{{{{.Driver}}}} {{{{.Name}}}} {{{{.Label \"a\"}}}}'")).Prints($"local {volume} b");
        (await stage.Run($"volume rm {volume}")).Succeeds().Prints(volume);
        (await stage.Run($"volume inspect {volume}")).Exits(1).SaysLike("no such volume");
        (await stage.Run($"volume rm {volume}")).Exits(1).SaysLike("no such volume");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Data_outlives_the_container_and_a_volume_in_use_stays(string way) => Play(way, async stage =>
    {
        var (volume, name) = (stage.Volume(), stage.Name());
        (await stage.Run($"run --rm --network none -v {volume}:/data busybox sh -c 'echo kept > /data/file'")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/data:ro busybox cat /data/file")).Succeeds().Prints("kept");
        (await stage.Run($"run --rm --network none -v {volume}:/data:ro busybox touch /data/other")).Exits(1).SaysLike("read-only file system");
        (await stage.Run($"create --name {name} --network none --mount type=volume,src={volume},dst=/data busybox true")).Succeeds();
        (await stage.Run($"volume rm {volume}")).Exits(1).SaysLike($"remove {volume}: volume is in use - \\[[0-9a-f]{{64}}\\]");
        (await stage.Run($"rm {name}")).Succeeds();
        (await stage.Run($"volume rm {volume}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_new_volume_gets_the_images_content(string way) => Play(way, async stage =>
    {
        var (volume, other) = (stage.Volume(), stage.Volume("w"));
        (await stage.Run($"run --rm --network none -v {volume}:/etc busybox true")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/v busybox sh -c 'test -s /v/passwd && stat -c %a,%u:%g /v/passwd'")).Succeeds().Prints("644,0:0");
        (await stage.Run($"run --rm --network none -v {other}:/etc:nocopy busybox sh -c 'ls /etc/passwd'")).Exits(1);
        (await stage.Run($"run --rm --network none --mount type=volume,src={other},dst=/etc,volume-nocopy busybox sh -c 'ls /etc/passwd'")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Anonymous_volumes_go_with_their_container(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --name {name} --network none -v /data busybox touch /data/x")).Succeeds();
        var volume = (await stage.Run($"inspect -f '{{{{range .Mounts}}}}{{{{.Name}}}}{{{{end}}}}' {name}")).Matches("^[0-9a-f]{64}$").Text;
        (await stage.Run($"volume ls -q --filter name={volume}")).Prints(volume);
        (await stage.Run($"rm -v {name}")).Succeeds();
        (await stage.Run($"volume ls -q --filter name={volume}")).Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Volumes_from_another_container(string way) => Play(way, async stage =>
    {
        var (first, second) = (stage.Name("a"), stage.Name("b"));
        (await stage.Run($"run --name {first} --network none -v /data busybox sh -c 'echo shared > /data/x'")).Succeeds();
        (await stage.Run($"run --rm --network none --volumes-from {first}:ro busybox cat /data/x")).Succeeds().Prints("shared");
        (await stage.Run($"run --rm --network none --volumes-from {first}:ro busybox touch /data/y")).Exits(1).SaysLike("read-only");
        (await stage.Run($"run --name {second} --network none --volumes-from {first} busybox touch /data/z")).Succeeds();
        (await stage.Run($"rm -v {first}")).Succeeds();
        (await stage.Run($"start -a {second}")).Succeeds();
        (await stage.Run($"run --rm --network none --volumes-from nobody busybox true")).Exits(125).SaysLike("no such container: nobody");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_tmpfs_volume_is_one_for_all_its_users(string way) => Play(way, async stage =>
    {
        var (volume, name) = (stage.Volume(), stage.Name());
        (await stage.Run($"volume create -o type=tmpfs -o device=tmpfs -o o=size=2m,uid=1000 {volume}")).Succeeds();
        (await stage.Run($"run -d --name {name} --network none -v {volume}:/data busybox sh -c 'echo one > /data/x; sleep 1000'")).Succeeds();
        await stage.Until($"exec {name} cat /data/x", r => r.Text == "one");
        (await stage.Run($"run --rm --network none -v {volume}:/other busybox sh -c 'cat /other/x; stat -c %u /other; df -m /other | tail -1 | tr -s \" \" | cut -d\" \" -f2'")).Succeeds().Prints("one\n1000\n2");
        (await stage.Run($"rm -f {name}")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/other busybox ls /other")).Succeeds().Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_volume_bound_to_a_directory(string way) => Play(way, async stage =>
    {
        var (volume, directory) = (stage.Volume(), Path.Combine(stage.Directory, "bound"));
        Directory.CreateDirectory(directory);
        (await stage.Run($"volume create -o type=none -o o=bind -o device={directory} {volume}")).Succeeds();
        (await stage.Run($"run --rm --network none -v {volume}:/data busybox sh -c 'echo host > /data/x'")).Succeeds();
        Assert.Equal("host\n", await File.ReadAllTextAsync(Path.Combine(directory, "x")));
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Binds_relative_missing_read_only_and_recursive(string way) => Play(way, async stage =>
    {
        var directory = Path.Combine(stage.Directory, "host");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "x"), "from the host");
        (await stage.Run($"run --rm --network none -v {directory}:/data:ro busybox cat /data/x")).Succeeds().Prints("from the host");
        (await stage.Run($"run --rm --network none -v {directory}:/data:ro busybox touch /data/y")).Exits(1).SaysLike("read-only");
        (await stage.Run($"run --rm --network none --mount type=bind,src={directory},dst=/data,readonly busybox touch /data/y")).Exits(1).SaysLike("read-only");
        (await stage.Run($"run --rm --network none -v {directory}/made:/data busybox touch /data/y")).Succeeds();
        Assert.True(File.Exists(Path.Combine(directory, "made", "y")));
        (await stage.Run($"run --rm --network none --mount type=bind,src={directory}/missing,dst=/data busybox true")).Exits(125).SaysLike("bind source path does not exist");
        (await stage.Run($"run --rm --network none --mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700 busybox stat -c %a /t")).Succeeds().Prints("700");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_is_wrong_with_a_mount_is_said_and_leaves_nothing(string way) => Play(way, async stage =>
    {
        var volume = stage.Volume();
        (await stage.Run("run --rm --network none -v ./x/../:relative busybox true")).Exits(125).SaysLike("mount path must be absolute");
        (await stage.Run("run --rm --network none -v a/b:/data busybox true")).Exits(125).SaysLike("includes invalid characters for a local volume name");
        (await stage.Run("run --rm --network none -v /tmp:/data:sideways busybox true")).Exits(125).SaysLike("invalid mode");
        (await stage.Run("run --rm --network none -v /tmp:/data -v /usr:/data busybox true")).Exits(125).SaysLike("duplicate mount point: /data");
        (await stage.Run("run --rm --network none --mount type=volume busybox true")).Exits(125).SaysLike("target is required");
        (await stage.Run("run --rm --network none --mount type=nonsense,dst=/x busybox true")).Exits(125).SaysLike("mount type unknown");
        (await stage.Run("run --rm --network none --mount type=bind,dst=/x,nonsense=1 busybox true")).Exits(125).SaysLike("unexpected key 'nonsense'");
        (await stage.Run($"volume create -d no-such-driver {volume}")).Exits(1).SaysLike("error looking up volume plugin no-such-driver");
        (await stage.Run($"volume create -o nonsense=1 {volume}")).Exits(1).SaysLike("invalid option");
        (await stage.Run($"volume create -o type=tmpfs {volume}")).Exits(1).SaysLike("missing required option");
        (await stage.Run("volume create bad/name")).Exits(1).SaysLike("includes invalid characters");
        (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/x,volume-driver=no-such-driver busybox true")).Exits(125).SaysLike("no-such-driver|unable to find image");
        (await stage.Run("volume ls --filter nonsense=1")).Exits(1).SaysLike("invalid filter");
        (await stage.Run($"volume ls -q --filter name={volume}")).Prints("");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_directory_of_a_volume_or_image(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var volume = stage.Volume();
        (await stage.Run($"run --rm --network none -v {volume}:/data busybox sh -c 'mkdir /data/sub /data/bin; echo below > /data/sub/x; ln -s /etc /data/out; ln -s / /data/root; ln -s sub /data/in'")).Succeeds();
        (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/s,volume-subpath=sub busybox cat /s/x")).Succeeds().Prints("below");
        (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/s,volume-subpath=nothing busybox true")).ExitsWithOneOf(125, 127).SaysLike("nothing");
        // A link in the volume leads nowhere outside of it.
        (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/s,volume-subpath=in busybox cat /s/x")).Succeeds().Prints("below");
        foreach (var link in (string[])["out", "root"])
        {
            (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/s,volume-subpath={link} busybox true")).ExitsWithOneOf(125, 127).SaysLike("path concatenation escapes the base directory");
        }

        // What is empty gets what the image has there, and what is not keeps what it has.
        (await stage.Run($"run --rm --network none --mount type=volume,src={volume},dst=/bin,volume-subpath=bin busybox ls /bin/sh")).Succeeds().Prints("/bin/sh");
        (await stage.Run($"run --rm --network none -v {volume}:/data busybox ls /data/bin/sh /data/sub")).Succeeds().Prints("/data/bin/sh\n\n/data/sub:\nx");
        (await stage.Run("run --rm --network none --mount type=image,src=busybox,dst=/i busybox sh -c 'ls -d /i/bin; touch /i/x'")).Exits(1).Contains("/i/bin").SaysLike("read-only");
        (await stage.Run("run --rm --network none --mount type=image,src=busybox,dst=/i,image-subpath=bin busybox ls -d /i/sh")).Succeeds().Prints("/i/sh");
        (await stage.Run("run --rm --network none --mount type=image,src=no-such-image,dst=/i busybox true")).Exits(125).SaysLike("no such image");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Files_belong_to_the_directorys_owner(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var directory = Path.Combine(stage.Directory, "owned");
        Directory.CreateDirectory(directory);
        (await Command.RunAsync("chown", ["1234:5678", directory])).Succeeds();
        (await stage.Run($"run --rm --network none -v {directory}:/data:idmap busybox sh -c 'touch /data/x; stat -c %u:%g /data /data/x'")).Succeeds().Prints("0:0\n0:0");
        (await Command.RunAsync("stat", ["-c", "%u:%g", Path.Combine(directory, "x")])).Succeeds().Prints("1234:5678");
        (await stage.Run($"run --rm --network none -u 99:99 -v {directory}:/data:idmap busybox touch /data/y")).Succeeds();
        (await Command.RunAsync("stat", ["-c", "%u:%g", Path.Combine(directory, "y")])).Succeeds().Prints("1234:5678");
        (await stage.Run("run --rm --network none -u 99:99 -v /proc/sys:/data:idmap busybox true")).Exits(125).SaysLike("idmap of /proc/sys is not possible");
        (await stage.Run($"run --rm --network none -v {directory}:/data:idmap=nobody busybox true")).Exits(125).SaysLike("invalid idmap");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Volumes_of_clusters_alone_are_updated(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var volume = stage.Volume();
        (await stage.Run($"volume create {volume}")).Succeeds();
        (await stage.Run($"volume update {volume}")).Exits(1).SaysLike("can only update cluster volumes");
    });
}

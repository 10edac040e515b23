using Gantry.Linux.Files;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Images;

/// <summary>
/// What GNU tar packs from a real tree is what a container sees: gantryd and dockerd load the same layers, and the same
/// listing, taken inside, must come out of both.
/// </summary>
public sealed class FaithfulLayerTests
{
    // One line for each file: all that stat(1) of busybox tells, the content's sum, and names with every byte printable.
    private const string Listing = """
        find / -xdev ! -path '/proc*' ! -path '/sys*' ! -path '/dev*' ! -name .dockerenv ! -path '/etc/hosts' ! -path '/etc/hostname' ! -path '/etc/resolv.conf' ! -path '/etc/mtab' ! -path /etc ! -path / -print0 |
        sort -z | xargs -0 stat -c '%N|%F|%a|%u:%g|%s|%h|%t,%T|%Y' | sed 's/|directory|\([^|]*\)|\([^|]*\)|[0-9]*|/|directory|\1|\2||/' | cat -v
        find /data -xdev -type f | sort | xargs md5sum | cat -v
        """;

    private const string Holes = "du -k /data/sparse /data/sparse-empty | awk '{ print ($1 < 2000 ? \"sparse\" : \"filled\") }'";

    private const string Tree = """
        mkdir -p data/dir data/opaque/sub data/gone data/sticky data/link
        printf plain >data/plain; printf hidden >data/hidden; printf old >data/replaced; printf x >data/gone/file
        printf under >data/opaque/under; printf under >data/opaque/sub/under
        printf linked >data/one; ln data/one data/two; ln data/one data/dir/three
        ln -s /data/plain data/absolute; ln -s ../missing data/dangling; ln -s plain data/relative
        mknod data/null c 1 3; mknod data/block b 7 200; mkfifo data/fifo; chmod 640 data/block
        printf s >data/setuid; chmod 4755 data/setuid; printf g >data/setgid; chmod 2711 data/setgid; chmod 1777 data/sticky; chmod 2775 data/dir
        printf none >data/unreadable; chmod 000 data/unreadable
        chown 1234:5678 data/plain; chown 4000000000:3999999999 data/replaced; chown -h 1:2 data/relative
        printf named >"data/$(printf 'n%.0s' $(seq 180))"
        long=data; for i in 1 2 3 4 5 6; do long=$long/$(printf "p$i%.0s" $(seq 40)); done; mkdir -p $long; printf deep >$long/file; ln -s $long/file data/link/long
        printf latin >"data/$(printf 'caf\351')"; printf utf8 >data/café; printf ctl >"data/$(printf 'new\nline')"; printf sp >'data/a b'
        printf start >data/sparse; truncate -s 3M data/sparse; printf end >>data/sparse; truncate -s 4M data/sparse
        truncate -s 5M data/sparse-empty
        cp /bin/busybox data/chown; setcap cap_chown+ep data/chown
        touch -d '1999-12-31 23:59:59.123456789' data/plain; touch -d @0 data/hidden; touch -d '2040-02-03' data/two; touch -h -d '2001-01-01' data/absolute; touch -d '2011-11-11' data/dir
        """;

    private const string Changes = """
        mkdir -p data/opaque data/dir
        touch data/.wh.hidden data/.wh.gone data/opaque/.wh..wh..opq data/opaque/new data/.wh.not-there
        printf new >data/replaced; mkdir data/plain; printf in >data/plain/now-a-directory
        printf again >data/dir/three
        touch -d '2012-12-12' data data/dir data/plain/now-a-directory data/plain data/opaque data/opaque/new data/replaced data/dir/three
        """;

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=gnu -S")]
    [InlineData("--format=posix --pax-option=delete=atime,delete=ctime")]
    [InlineData("--format=posix -S --xattrs --xattrs-include=*")]
    [InlineData("--format=posix -S --sparse-version=0.1")]
    [InlineData("--format=posix -S --sparse-version=0.0")]
    public async Task Both_engines_show_what_was_packed(string format)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "dockerd", "setcap");
        await using var sandbox = await Sandbox.CreateAsync();
        var archive = await PackAsync(sandbox, format);
        await using var gantryd = Engine.Gantryd(sandbox);
        var (listing, holes) = await ListAsync(gantryd, archive);
        Check(listing);
        Assert.Equal(format.Contains("-S", StringComparison.Ordinal) ? "sparse\nsparse\n" : "filled\nfilled\n", holes);
        // Docker knows no old GNU sparse files, and fills the holes of all others.
        if (format == "--format=gnu -S") return;
        await using var dockerd = Engine.Dockerd(sandbox);
        Assert.Equal(Lines((await ListAsync(dockerd, archive)).Listing), Lines(listing));
    }

    [Fact]
    public async Task File_capabilities_work_and_attributes_are_kept()
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "setcap");
        await using var sandbox = await Sandbox.CreateAsync();
        var archive = await PackAsync(sandbox, "--format=posix --xattrs --xattrs-include=*");
        await using var gantryd = Engine.Gantryd(sandbox);
        await gantryd.StartAsync();
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, new Dictionary<string, string?> { ["DOCKER_HOST"] = gantryd.Address });
        (await Docker("load", "-q", "-i", archive)).Succeeds();
        // Nobody may chown; a program with cap_chown may, if the container's bounding set has it.
        const string script = "touch /tmp/f; /data/chown 7:7 /tmp/f && stat -c %u:%g /tmp/f";
        (await Docker("run", "--rm", "--network", "none", "--user", "1000:1000", "faithful", "sh", "-c", script)).Succeeds().Prints("7:7");
        (await Docker("run", "--rm", "--network", "none", "--user", "1000:1000", "--cap-drop", "chown", "faithful", "sh", "-c", script)).ExitsWithOneOf(1, 126);
        var layer = Directory.GetDirectories(Path.Combine(gantryd.DataRoot, "layers")).First(l => File.Exists(Path.Combine(l, "data", "chown")));
        using var root = RootedDirectory.Open(layer);
        Assert.Equal(20, root.GetXattr("data/chown", "security.capability")!.Length); // struct vfs_cap_data, revision 2
    }

    private static async Task<(string Listing, string Holes)> ListAsync(Engine engine, string archive)
    {
        await engine.StartAsync();
        Task<CommandResult> Docker(params string[] words) => Command.RunAsync("docker", words, new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address });
        (await Docker("load", "-q", "-i", archive)).Succeeds();
        string[] run = ["run", "--rm", "--network", "none", "faithful", "sh", "-c"];
        return ((await Docker([.. run, Listing])).Succeeds().Out, (await Docker([.. run, Holes])).Succeeds().Out);
    }

    private static async Task<string> PackAsync(Sandbox sandbox, string format)
    {
        var work = Path.Combine(sandbox.Root, "pack");
        Directory.CreateDirectory(work);
        string[] scripts =
        [
            "mkdir -p bin tmp etc proc sys dev && chmod 1777 tmp && cp /bin/busybox bin/busybox && for a in sh find sort xargs stat sed cat md5sum du awk touch; do ln bin/busybox bin/$a; done\n" + Tree,
            Changes,
        ];
        List<string> layers = [];
        for (var i = 0; i < scripts.Length; i++)
        {
            var layer = Path.Combine(work, $"layer{i}.tar");
            (await Command.RunAsync("bash", ["-ec", $"mkdir {work}/{i}; cd {work}/{i}\n{scripts[i]}\ntar --numeric-owner --sort=name {format} -cf {layer} *"])).Succeeds();
            layers.Add(layer);
        }

        var archive = Path.Combine(work, "image.tar");
        await DockerArchive.WriteAsync(archive, "faithful:latest", layers);
        return archive;
    }

    // Both engines agreeing on the wrong thing would be no proof.
    private static void Check(string listing)
    {
        var lines = Lines(listing);
        void Has(string line) => Assert.True(lines.Any(l => l.StartsWith(line, StringComparison.Ordinal)), $"no line begins with {line} in\n{listing}");
        void HasNot(string part) => Assert.DoesNotContain(lines, l => l.Contains(part, StringComparison.Ordinal));
        HasNot("hidden");
        HasNot("gone");
        HasNot(".wh.");
        HasNot("under");
        HasNot("not-there");
        Has("/data/opaque/new|");
        Has("/data/plain/now-a-directory|regular file|644|0:0|2|1|");
        Has("/data/replaced|regular file|644|0:0|3|1|");
        Has("/data/one|regular file|644|0:0|6|3|"); // three names in this layer, of which one is hidden above
        Has("/data/dir/three|regular file|644|0:0|5|1|");
        Has("'/data/absolute' -> '/data/plain'|symbolic link|777|0:0|11|1|0,0|978307200");
        Has("'/data/relative' -> 'plain'|symbolic link|777|1:2|");
        Has("/data/null|character special file|644|0:0|0|1|1,3|");
        Has("/data/block|block special file|640|0:0|0|1|7,c8|");
        Has("/data/fifo|fifo|644|");
        Has("/data/setuid|regular file|4755|");
        Has("/data/setgid|regular file|2711|");
        Has("/data/sticky|directory|1777|");
        Has("/data/unreadable|regular file|0|");
        Has("/data/cafM-i|regular file|");
        Has("/data/cafM-CM-)|regular file|");
        Has($"/data/{new string('n', 180)}|regular file|644|");
        Has("/data/sparse|regular file|644|0:0|4194304|");
        Has("/data/sparse-empty|regular file|644|0:0|5242880|");
        Has("/data/two|regular file|644|0:0|6|3|0,0|2211");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Builds;

/// <summary>Directories of a context are written while a program runs that their copy stands on: what comes of it is the same.</summary>
public sealed class CopyAheadTests
{
    private const string Copies = """
        FROM busybox
        RUN mkdir -p /there/sub/deep && ln -s /there /link && echo old > /there/sub/deep/file && chmod 2777 /there && echo daemon:x:7:8::/: > /etc/passwd && mkdir /again && touch /again/x && rm -r /again
        RUN {0}
        COPY . /new
        COPY . /there
        COPY . /again
        COPY --chown=12:34 --chmod=u=rwX,go=r sub /owned
        COPY --chown=daemon . /named
        COPY --exclude=**/*.log . /without
        COPY --link . /linked
        COPY --parents sub/deep /parents
        COPY sub/deep/ other /several/
        COPY . /link/below
        WORKDIR /work
        COPY . .
        """;

    private const string List = "cd /; for d in new there again owned named without linked parents several work; do find $d | sort | xargs stat -c '%n %F %a %u %g %s'; find $d -mindepth 2 | sort | xargs stat -c '%n %Y'; done; cat $(find /new /there /work -type f | sort) | md5sum";

    [Fact]
    public async Task A_copy_is_the_same_whether_it_was_begun_ahead_or_not()
    {
        await using var stage = await BuildStage.CreateAsync();
        MakeContext(stage);
        var lists = new List<string>();
        foreach (var command in (string[])["true", "sleep 0.7"])
        {
            (await stage.Gantry($"build -t built {stage.Context(Copies.Replace("{0}", command, StringComparison.Ordinal))}")).Succeeds();
            lists.Add(await ListAsync(stage));
            // What is in the archives of the layers too.
            var saved = Path.Combine(stage.Sandbox.Root, "saved.tar");
            (await stage.Gantry($"save -o {saved} built")).Succeeds();
            (await stage.Gantry("rmi built")).Succeeds();
            (await stage.Gantry("builder prune -af")).Succeeds();
            (await stage.Gantry($"load -i {saved}")).Succeeds();
            lists.Add(await ListAsync(stage));
        }

        // On a busy machine both may have been begun ahead.
        string[] all = ["top", "sub/deep/file", "sub/run.sh", "sub/link", "other/one/file"];
        foreach (var list in lists)
        {
            foreach (var path in (string[])["new", "there", "again", "named", "without", "linked", "work", "there/below"])
            {
                foreach (var file in all) Assert.Contains($"\n{path}/{file} ", "\n" + list, StringComparison.Ordinal);
            }

            foreach (var line in (string[])["owned/deep/file regular file 644 12 34", "named/top regular file 644 7 8", "named/sub/deep/file regular file 644 7 8", "parents/sub/deep/file ", "several/file ", "several/one/file ", "without/sub/empty directory"])
            {
                Assert.Contains($"\n{line}", "\n" + list, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("without/sub/deep/noise.log", list, StringComparison.Ordinal);
        }

        Assert.Single(lists.Distinct());
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task What_was_begun_in_vain_is_told_and_removed()
    {
        await using var stage = await BuildStage.CreateAsync();
        MakeContext(stage);
        // Where a directory shall go there is a file.
        (await stage.BuildAsync("FROM busybox\nRUN mkdir /there && touch /there/sub && sleep 0.7\nCOPY . /there\n")).Fails().SaysSomewhere("cannot copy to non-directory: /there/sub");
        (await stage.BuildAsync("FROM busybox\nRUN sleep 0.7; exit 3\nCOPY . /there\n")).Fails().SaysSomewhere("exit code: 3");
        // The content is what it was, so what stands on it is known.
        (await stage.BuildAsync("FROM busybox AS made\nRUN echo 1 > /made; sleep 0.7\nFROM busybox\nCOPY --from=made /made /\nCOPY . /there\n")).Succeeds();
        (await stage.BuildAsync("FROM busybox AS made\nRUN echo 1 > /made; sleep 0.8\nFROM busybox\nCOPY --from=made /made /\nCOPY . /there\n")).Succeeds();
        await stage.IsEmptyAfterPruneAsync();
    }

    /// <summary>Without the Dockerfiles, which differ.</summary>
    private static async Task<string> ListAsync(BuildStage stage) =>
        (await stage.Gantry($"run --rm --network none built sh -c \"rm -f $(find / -xdev -name Dockerfile); {List}\"")).Succeeds().Text;

    private static void MakeContext(BuildStage stage)
    {
        foreach (var name in (string[])["sub/deep", "sub/empty", "other/one"]) Directory.CreateDirectory(Path.Combine(stage.Directory, name));
        foreach (var name in (string[])["top", "sub/deep/file", "sub/deep/noise.log", "sub/run.sh", "other/one/file"])
        {
            stage.Write(name, $"content of {name}");
            File.SetLastWriteTimeUtc(Path.Combine(stage.Directory, name), DateTime.UnixEpoch.AddDays(name.Length));
        }

        File.SetUnixFileMode(Path.Combine(stage.Directory, "sub/run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "sub/link"), "deep/file");
    }
}

using System.Formats.Tar;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Clients;

/// <summary>Docker.DotNet (its maintained continuation, Docker.DotNet.Enhanced), within this process.</summary>
public sealed class DockerDotNetTests(NetworkWorld networks)
{
    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task One_container_all_its_life(string engine)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var at = await networks.EngineAsync(engine);
        using var client = new DockerClientBuilder().WithEndpoint(new Uri(at.Address)).Build();
        var mark = $"net{Guid.NewGuid():N}"[..12];
        Assert.NotEmpty((await client.System.GetVersionAsync(cancellation)).APIVersion);
        Assert.Equal("linux", (await client.System.GetSystemInfoAsync(cancellation)).OSType);
        await client.Volumes.CreateAsync(new VolumesCreateParameters { Name = mark }, cancellation);
        var network = await client.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = mark }, cancellation);
        var made = await client.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Name = mark,
                Image = "busybox",
                Cmd = ["sh", "-c", "cat > /data/in; echo said; echo wrong >&2; exit 4"],
                Labels = new Dictionary<string, string> { ["mark"] = mark },
                OpenStdin = true,
                StdinOnce = true,
                AttachStdin = true,
                AttachStdout = true,
                AttachStderr = true,
                HostConfig = new HostConfig { Binds = [$"{mark}:/data"], NetworkMode = mark, Memory = 64 << 20 },
            },
            cancellation);
        using (var stream = await client.Containers.AttachContainerAsync(made.ID, new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true }, cancellation))
        {
            Assert.True(await client.Containers.StartContainerAsync(made.ID, new ContainerStartParameters(), cancellation));
            await stream.WriteAsync("hello\n"u8.ToArray(), 0, 6, cancellation);
            stream.CloseWrite();
            var (output, error) = await stream.ReadOutputToEndAsync(cancellation);
            Assert.Equal(("said\n", "wrong\n"), (output, error));
        }

        Assert.Equal(4, (await client.Containers.WaitContainerAsync(made.ID, cancellation)).StatusCode);
        var inspected = await client.Containers.InspectContainerAsync(made.ID, cancellation);
        Assert.Equal((4L, 64L << 20, network.ID), (inspected.State!.ExitCode, inspected.HostConfig!.Memory, inspected.NetworkSettings!.Networks[mark].NetworkID));
        var listed = await client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["mark=" + mark] = true } } }, cancellation);
        Assert.Equal([made.ID], listed.Select(one => one.ID));
        Assert.Equal("exited", listed[0].State);

        var archive = await client.Containers.GetArchiveFromContainerAsync(made.ID, new ContainerPathStatParameters { Path = "/data/in" }, false, cancellation);
        // Its stream cannot be read without waiting.
        using var content = new MemoryStream();
        await archive.Stream!.CopyToAsync(content, cancellation);
        content.Position = 0;
        using var reader = new TarReader(content);
        var entry = (await reader.GetNextEntryAsync(copyData: true, cancellation))!;
        using var text = new StreamReader(entry.DataStream!, Encoding.UTF8);
        Assert.Equal(("in", "hello\n"), (entry.Name, await text.ReadToEndAsync(cancellation)));

        var image = await client.Images.CommitContainerChangesAsync(new CommitContainerChangesParameters { ContainerID = made.ID, RepositoryName = mark, Cmd = ["true"] }, cancellation);
        Assert.Equal(["true"], (await client.Images.InspectImageAsync(mark, cancellation)).Config!.Cmd);
        Assert.Contains(image.ID, (await client.Images.ListImagesAsync(new ImagesListParameters(), cancellation)).Select(one => one.ID));
        await client.Images.DeleteImageAsync(mark, new ImageDeleteParameters(), cancellation);
        await client.Containers.RemoveContainerAsync(made.ID, new ContainerRemoveParameters { RemoveVolumes = true }, cancellation);
        await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => client.Containers.InspectContainerAsync(made.ID, cancellation));
        await client.Networks.DeleteNetworkAsync(mark, cancellation);
        await client.Volumes.RemoveAsync(mark, false, cancellation);
    }
}

using Gantry.Compose;

namespace Gantry.Tests.Compose;

public sealed class ServiceHashTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-hash-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>The hashes are what these versions of Docker Compose print of the file.</summary>
    [Theory]
    [InlineData("c41d344f342d71db0f79d5c0f608219af0bbfbcabd666235c204b8b0be4dc74c", true)] // 2.26.1
    [InlineData("39a6ed0eec1ef3603ac14738fc339adc0b5751c4ae48684d1483696fff5a2b8d", true)] // 2.40.3
    [InlineData("e3c6a0fd4b483811e1bc1a59ff3a94615015cd758d1a5fd01092ee4431339f4e", false)] // 2.26.1, of db
    [InlineData("", false)]
    public void A_container_is_known_whichever_Docker_Compose_made_it(string label, bool matches)
    {
        var file = Path.Combine(directory, "compose.yaml");
        File.WriteAllText(file, """
            name: hashed
            services:
              web: { image: busybox, command: sleep 1000, depends_on: [db], profiles: [all] }
              db: { image: busybox, command: sleep 1000, profiles: [all] }
            """);
        var project = ComposeLoader.Load(new() { Files = [file], CurrentDirectory = directory, Environment = new Dictionary<string, string>(), Profiles = ["all"] }).Project;
        Assert.Equal(matches, ServiceHash.Matches(project.Services["web"], label));
    }
}

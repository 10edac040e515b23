using Gantry.Images;
using Gantry.Images.Content;
using Gantry.Images.Records;
using Gantry.Spec;

namespace Gantry.Tests.Images;

public sealed class ImageNamesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-names-").FullName;
    private readonly Database _database;
    private readonly ImageStore _images;

    public ImageNamesTests()
    {
        _database = Database.Open(Path.Combine(_root, "gantry.db"));
        _images = new(new ImageStoreOptions { DataRoot = _root }, _database);
    }

    public void Dispose()
    {
        _images.Dispose();
        _database.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task An_image_is_named_while_somebody_removes_the_same_one()
    {
        var building = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                using var lease = _images.BeginLease();
                var image = Make(lease);
                try
                {
                    _images.AddImages([image], null, [ImageReference.Parse("made:1")], asMade: false);
                }
                catch (NotFoundException)
                {
                    // It was removed before this could be told of it.
                }
            }
        }, TestContext.Current.CancellationToken);
        while (!building.IsCompleted)
        {
            try
            {
                _images.Remove("made:1", force: true, []);
            }
            catch (NotFoundException)
            {
                // Not there just now.
            }
        }

        await building;
    }

    private Image Make(ContentLease lease) => _images.MakeImage(
        new()
        {
            Configuration = new() { Architecture = "amd64", Os = "linux", Config = new(), RootFs = new() { DiffIds = [] }, History = [] },
            Layers = [],
        },
        lease);
}

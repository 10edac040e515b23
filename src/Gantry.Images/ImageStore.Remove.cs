using Gantry.Spec;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Removes a name, or an image with all its names, as <c>docker rmi</c> does: a name of several is only untagged; an
    /// id with several repositories needs <paramref name="force"/>; an image of a container needs it too, one of a
    /// running container cannot be removed by id at all.
    /// </summary>
    public IReadOnlyList<ImageRemoval> Remove(string image, bool force)
    {
        var done = new List<ImageRemoval>();
        lock (names)
        {
            var found = Resolve(image);
            var (tags, digests) = records.NamesOf(found.Id);
            var users = Users?.UsersOf(found.Id) ?? [];
            var byId = IdIn(image) is { } hex && found.Id.Hex.StartsWith(hex, StringComparison.Ordinal) && !tags.Contains(NameOf(image));
            if (!byId)
            {
                RemoveName(ImageReference.Parse(image).WithDefaultTag(), found, tags, digests, users, force, done);
            }
            else
            {
                RemoveById(image, found, tags, digests, users, force, done);
            }
        }

        CollectGarbage();
        return done;
    }

    /// <summary>
    /// Removes an image with all its names, unless a container is made of it or an operation under way needs it. Its
    /// content stays for the next <see cref="CollectGarbage"/>.
    /// </summary>
    /// <returns>What went; nothing where the image is used or gone.</returns>
    public IReadOnlyList<ImageRemoval> RemoveUnused(Digest id)
    {
        var done = new List<ImageRemoval>();
        lock (names)
        {
            if (records.Find(id) is { } image && !(Users?.UsersOf(id).Count > 0))
            {
                var (tags, digests) = records.NamesOf(id);
                leases.DeleteUnlessHeld(id, () => Delete(image, tags, digests, unlessUsed: true, done));
            }
        }

        return done;
    }

    /// <summary>When images were last used; one that is missing was not since a version that records it.</summary>
    public IReadOnlyDictionary<Digest, DateTimeOffset> Uses() => records.Uses();

    private void RemoveName(ImageReference name, Image image, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests,
        IReadOnlyList<ImageUser> users, bool force, List<ImageRemoval> done)
    {
        var otherTags = tags.Where(t => name.Digest is not null || t != name.ToString()).ToList();
        var otherDigests = digests.Where(d => name.Digest is { } own ? (d.Repository, d.Digest) != (name.Name, own) : d.Repository != name.Name).ToList();
        // The last tag of a repository takes the repository's digests with it; the last name takes the image.
        var keepsRepository = name.Digest is null && otherTags.Any(t => ImageReference.Parse(t).Name == name.Name);
        var last = otherTags.Count == 0 && otherDigests.Count == 0;
        if (last && users.Count > 0 && !force)
        {
            throw new ConflictException($"conflict: unable to remove repository reference \"{name.Familiar}\" (must force) - container {Short(users[0])} is using its referenced image {image.Id.Short}");
        }

        if (name.Digest is { } digest)
        {
            records.RemoveDigest(name.Name, digest);
            done.Add(ImageRemoval.OfName(name.Familiar));
        }
        else
        {
            records.RemoveName(name.ToString());
            done.Add(ImageRemoval.OfName(name.Familiar));
            foreach (var (repository, of) in keepsRepository ? [] : digests.Where(d => d.Repository == name.Name))
            {
                records.RemoveDigest(repository, of);
                done.Add(ImageRemoval.OfName(ImageReference.Parse(repository).WithDigest(of).Familiar));
            }
        }

        if (last && users.Count == 0)
        {
            Delete(image, [], [], unlessUsed: true, done);
        }
    }

    private void RemoveById(string given, Image image, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests,
        IReadOnlyList<ImageUser> users, bool force, List<ImageRemoval> done)
    {
        if (users.FirstOrDefault(u => u.Running) is { } running)
        {
            throw new ConflictException($"conflict: unable to delete {given} (cannot be forced) - image is being used by running container {Short(running)}");
        }

        if (users.Count > 0 && !force)
        {
            throw new ConflictException($"conflict: unable to delete {given} (must be forced) - image is being used by stopped container {Short(users[0])}");
        }

        var repositories = tags.Select(t => ImageReference.Parse(t).Name).Concat(digests.Select(d => d.Repository)).Distinct().Count();
        if ((repositories > 1 || tags.Count > 1) && !force)
        {
            throw new ConflictException($"conflict: unable to delete {given} (must be forced) - image is referenced in multiple repositories");
        }

        if (!Delete(image, tags, digests, unlessUsed: users.Count == 0, done))
        {
            throw new ConflictException($"conflict: unable to delete {given} (must be forced) - a container of the image is being created");
        }
    }

    private bool Delete(
        Image image, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests, bool unlessUsed, List<ImageRemoval> done)
    {
        if (!records.Remove(image.Id, unlessUsed))
        {
            return false;
        }

        done.AddRange(tags.Select(t => ImageRemoval.OfName(ImageReference.Parse(t).Familiar)));
        done.AddRange(digests.Select(d => ImageRemoval.OfName(ImageReference.Parse(d.Repository).WithDigest(d.Digest).Familiar)));
        done.Add(ImageRemoval.Of(image.Id));
        var used = UsedChains();
        done.AddRange(image.ChainIds.Reverse().Where(c => !used.Contains(c)).Select(ImageRemoval.Of));
        return true;
    }

    private static string NameOf(string image) => ImageReference.TryParse(image, out var name) ? name.WithDefaultTag().ToString() : "";

    private static string Short(ImageUser user) => user.Id.Length > 12 ? user.Id[..12] : user.Id;
}

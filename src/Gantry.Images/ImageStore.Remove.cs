using Gantry.Spec;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Removes a name, or an image with all its names, as <c>docker rmi</c> does: a name of several is only untagged; an
    /// id with several repositories needs <paramref name="force"/>; an image of a container needs it too, one of a
    /// running container cannot be removed by id at all. The other platforms of an image go with it.
    /// </summary>
    /// <param name="platforms">Where some are given, only these go, and the names stay while there are others.</param>
    public IReadOnlyList<ImageRemoval> Remove(string image, bool force, IReadOnlyList<Platform> platforms)
    {
        var done = new List<ImageRemoval>();
        lock (names)
        {
            var (found, index) = Require(image);
            if (platforms.Count > 0)
            {
                RemovePlatforms(image, found, index, platforms, force, done);
            }
            else
            {
                RemoveWhole(image, found, index, force, done);
            }
        }

        CollectGarbage();
        return done;
    }

    /// <summary>
    /// Removes an image with its other platforms and all names, unless a container is made of it or an operation under way
    /// needs it. Its content stays for the next <see cref="CollectGarbage"/>.
    /// </summary>
    /// <returns>What went; nothing where the image is used or gone.</returns>
    public IReadOnlyList<ImageRemoval> RemoveUnused(Digest id)
    {
        var done = new List<ImageRemoval>();
        lock (names)
        {
            if (records.Find(id) is { } image && AllOf(image) is var all && UsersOf(all).Count == 0)
            {
                var (tags, digests) = records.NamesOf(id);
                leases.DeleteUnlessHeld([.. all.Select(i => i.Id)], () => DeleteWhole(all, tags, digests, unlessUsed: true, done));
            }
        }

        return done;
    }

    /// <summary>When images were last used; one that is missing was not since a version that records it.</summary>
    public IReadOnlyDictionary<Digest, DateTimeOffset> Uses() => records.Uses();

    private void RemoveWhole(string image, Image found, Digest? index, bool force, List<ImageRemoval> done)
    {
        var all = AllOf(found, index);
        var (tags, digests) = records.NamesOf(found.Id);
        var users = UsersOf(all);
        var byId = IsById(image, found) && !tags.Contains(NameOf(image));
        if (!byId)
        {
            RemoveName(ImageReference.Parse(image).WithDefaultTag(), all, tags, digests, users, force, done);
        }
        else if (index is null && found.Indexes.Count > 0)
        {
            // One of another platform than this machine's: the names are not its own.
            RequireUnused(image, UsersOf([found]), force);
            if (!Delete(found, unlessUsed: UsersOf([found]).Count == 0, done))
            {
                throw BeingUsed(image);
            }
        }
        else
        {
            RemoveById(image, all, tags, digests, users, force, done);
        }
    }

    /// <summary>Removes the images of some platforms and leaves the rest as it is; names go with the last.</summary>
    private void RemovePlatforms(string given, Image found, Digest? index, IReadOnlyList<Platform> platforms, bool force, List<ImageRemoval> done)
    {
        var all = AllOf(found, index);
        var doomed = platforms.Select(p => Choose(all, p) ?? throw NoSuchPlatform(given, p, all)).DistinctBy(i => i.Id).ToList();
        if (doomed.Count == all.Count)
        {
            RemoveWhole(given, found, index, force, done);
            return;
        }

        RequireUnused(given, UsersOf(doomed), force);
        foreach (var image in doomed)
        {
            records.RemoveFromIndex(index!.Value, image.Id);
        }

        DeleteNameless(doomed, done);
    }

    private void RemoveName(ImageReference name, IReadOnlyList<Image> images, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests,
        List<ImageUser> users, bool force, List<ImageRemoval> done)
    {
        var otherTags = tags.Where(t => name.Digest is not null || t != name.ToString()).ToList();
        var otherDigests = digests.Where(d => name.Digest is { } own ? (d.Repository, d.Digest) != (name.Name, own) : d.Repository != name.Name).ToList();
        // The last tag of a repository takes the repository's digests with it; the last name takes the image.
        var keepsRepository = name.Digest is null && otherTags.Any(t => ImageReference.Parse(t).Name == name.Name);
        var last = otherTags.Count == 0 && otherDigests.Count == 0;
        if (last && users.Count > 0 && !force)
        {
            throw new ConflictException($"conflict: unable to remove repository reference \"{name.Familiar}\" (must force) - container {Short(users[0])} is using its referenced image {images[0].Id.Short}");
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

        DeleteNameless(last ? images : images.Skip(1), done);
    }

    private void RemoveById(string given, IReadOnlyList<Image> images, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests,
        List<ImageUser> users, bool force, List<ImageRemoval> done)
    {
        RequireUnused(given, users, force);
        var repositories = tags.Select(t => ImageReference.Parse(t).Name).Concat(digests.Select(d => d.Repository)).Distinct().Count();
        if ((repositories > 1 || tags.Count > 1) && !force)
        {
            throw new ConflictException($"conflict: unable to delete {given} (must be forced) - image is referenced in multiple repositories");
        }

        if (!DeleteWhole(images, tags, digests, unlessUsed: users.Count == 0, done))
        {
            throw BeingUsed(given);
        }
    }

    private static ConflictException BeingUsed(string given) =>
        new($"conflict: unable to delete {given} (must be forced) - a container of the image is being created");

    /// <summary>Deletes an image with its other platforms and all their names.</summary>
    /// <returns>False where <paramref name="unlessUsed"/> is set and a container is being made of it.</returns>
    private bool DeleteWhole(
        IReadOnlyList<Image> images, IReadOnlyList<string> tags, IReadOnlyList<(string Repository, Digest Digest)> digests, bool unlessUsed, List<ImageRemoval> done)
    {
        var deleted = new List<ImageRemoval>();
        if (!Delete(images[0], unlessUsed, deleted))
        {
            return false;
        }

        foreach (var tag in tags)
        {
            records.RemoveName(tag);
        }

        foreach (var (repository, digest) in digests)
        {
            records.RemoveDigest(repository, digest);
        }

        done.AddRange(tags.Select(t => ImageRemoval.OfName(ImageReference.Parse(t).Familiar)));
        done.AddRange(digests.Select(d => ImageRemoval.OfName(ImageReference.Parse(d.Repository).WithDigest(d.Digest).Familiar)));
        done.AddRange(deleted);
        DeleteNameless(images.Skip(1), done);
        return true;
    }

    private static void RequireUnused(string given, List<ImageUser> users, bool force)
    {
        if (users.FirstOrDefault(u => u.Running) is { } running)
        {
            throw new ConflictException($"conflict: unable to delete {given} (cannot be forced) - image is being used by running container {Short(running)}");
        }

        if (users.Count > 0 && !force)
        {
            throw new ConflictException($"conflict: unable to delete {given} (must be forced) - image is being used by stopped container {Short(users[0])}");
        }
    }

    /// <summary>Deletes those of the images that nothing names any more and no container was made of.</summary>
    private void DeleteNameless(IEnumerable<Image> images, List<ImageRemoval> done)
    {
        foreach (var image in images)
        {
            var (tags, digests) = records.NamesOf(image.Id);
            if (tags.Count == 0 && digests.Count == 0 && UsersOf([image]).Count == 0)
            {
                Delete(image, unlessUsed: true, done);
            }
        }
    }

    private bool Delete(Image image, bool unlessUsed, List<ImageRemoval> done)
    {
        if (!records.Remove(image.Id, unlessUsed))
        {
            return false;
        }

        done.Add(ImageRemoval.Of(image.Id));
        var used = UsedChains();
        done.AddRange(image.ChainIds.Reverse().Where(c => !used.Contains(c)).Select(ImageRemoval.Of));
        return true;
    }

    private List<ImageUser> UsersOf(IReadOnlyList<Image> images) => [.. images.SelectMany(i => Users?.UsersOf(i.Id) ?? [])];

    private static string NameOf(string image) => ImageReference.TryParse(image, out var name) ? name.WithDefaultTag().ToString() : "";

    private static string Short(ImageUser user) => user.Id.Length > 12 ? user.Id[..12] : user.Id;
}

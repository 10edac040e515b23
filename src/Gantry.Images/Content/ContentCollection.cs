using Gantry.Spec;

namespace Gantry.Images.Content;

/// <summary>One collection of garbage, from before it reads what is used until after it has deleted the rest.</summary>
internal sealed class ContentCollection : IDisposable
{
    private readonly ContentLeases leases;
    private readonly HashSet<Digest> touched;

    internal ContentCollection(ContentLeases leases, IEnumerable<Digest> held) => (this.leases, touched) = (leases, [.. held]);

    /// <summary>Runs <paramref name="delete"/>, which is quick, unless somebody has held the digest since the collection began.</summary>
    public bool Delete(Digest digest, Action delete) => leases.DeleteUnless(() => touched.Contains(digest), delete);

    public void Dispose() => leases.End(this);

    internal void Touch(Digest digest) => touched.Add(digest);
}

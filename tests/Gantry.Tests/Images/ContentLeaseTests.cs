using Gantry.Images.Content;
using Gantry.Spec;

namespace Gantry.Tests.Images;

public sealed class ContentLeaseTests
{
    private static readonly Digest One = Digest.Sha256("one"u8);
    private static readonly Digest Two = Digest.Sha256("two"u8);

    [Fact]
    public void What_is_held_stays_until_the_last_holder_lets_go()
    {
        var leases = new ContentLeases();
        var (first, second) = (leases.Begin(), leases.Begin());
        first.Hold(One);
        second.Hold(One);
        first.Dispose();
        Assert.False(leases.DeleteUnlessHeld([One], () => Assert.Fail("it is held")));
        second.Dispose();
        Assert.True(leases.DeleteUnlessHeld([One], () => { }));
    }

    /// <summary>The holder has made a record meanwhile, which the collection has not read.</summary>
    [Fact]
    public void What_was_held_since_a_collection_began_stays_although_it_is_let_go()
    {
        var leases = new ContentLeases();
        var before = leases.Begin();
        before.Hold(One);
        using (var collection = leases.BeginCollection())
        {
            before.Dispose();
            using (var meanwhile = leases.Begin())
            {
                meanwhile.Hold(Two);
            }

            Assert.False(collection.Delete(One, () => Assert.Fail("it was held when the collection began")));
            Assert.False(collection.Delete(Two, () => Assert.Fail("it was held during the collection")));
        }

        using var next = leases.BeginCollection();
        Assert.True(next.Delete(One, () => { }));
        Assert.True(next.Delete(Two, () => { }));
    }
}

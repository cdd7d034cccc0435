using System.Text;
using RegistryCache.Storage;

namespace RegistryCache.Fixtures.Contracts;

/// <summary>What every store with <see cref="StoreCapabilities.ConditionalTags"/> promises: of writers who have seen the same state, one wins.</summary>
public abstract class ConditionalTagStoreContract
{
    private const string Tag = "shared";

    /// <summary>The store under test.</summary>
    protected abstract IContentStore Store { get; }

    [Test]
    public void The_store_says_that_it_can() => Assert.That(Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags));

    [Test]
    public async Task A_tag_that_nobody_has_set_is_set()
    {
        Assert.That(await Store.TryPushManifestAsync(Manifest(1), Tag, expected: null, CancellationToken.None));
        Assert.That(await DigestAsync(), Is.EqualTo(Manifest(1).Descriptor.Digest));
    }

    [Test]
    public async Task A_tag_that_is_where_it_was_seen_is_moved()
    {
        await Store.PushManifestAsync(Manifest(1), Tag, CancellationToken.None);

        Assert.That(await Store.TryPushManifestAsync(Manifest(2), Tag, Manifest(1).Descriptor.Digest, CancellationToken.None));
        Assert.That(await DigestAsync(), Is.EqualTo(Manifest(2).Descriptor.Digest));
    }

    [Test]
    public async Task A_tag_that_somebody_else_has_moved_stays()
    {
        await Store.PushManifestAsync(Manifest(2), Tag, CancellationToken.None);

        Assert.That(await Store.TryPushManifestAsync(Manifest(3), Tag, Manifest(1).Descriptor.Digest, CancellationToken.None), Is.False);
        Assert.That(await Store.TryPushManifestAsync(Manifest(3), Tag, expected: null, CancellationToken.None), Is.False);
        Assert.That(await DigestAsync(), Is.EqualTo(Manifest(2).Descriptor.Digest));
    }

    [Test]
    public async Task A_tag_that_is_gone_is_not_set_by_somebody_who_saw_it()
    {
        Assert.That(await Store.TryPushManifestAsync(Manifest(2), Tag, Manifest(1).Descriptor.Digest, CancellationToken.None), Is.False);
        Assert.That(await DigestAsync(), Is.Null);
    }

    [Test]
    public async Task Of_writers_who_saw_the_same_state_one_wins()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => Store.TryPushManifestAsync(Manifest(i), Tag, expected: null, CancellationToken.None))));

        Assert.That(wins.Count(won => won), Is.EqualTo(1));
        Assert.That(await DigestAsync(), Is.EqualTo(Manifest(Array.IndexOf(wins, true)).Descriptor.Digest));
    }

    private static ManifestContent Manifest(int number) => new(
        MediaTypes.OciManifest, Encoding.ASCII.GetBytes($$"""{"schemaVersion":2,"layers":[],"artifactType":"test/{{number}}"}"""));

    private async Task<Digest?> DigestAsync() =>
        (await Store.ResolveManifestAsync(ManifestReference.ByTag(Tag), CancellationToken.None))?.Digest;
}

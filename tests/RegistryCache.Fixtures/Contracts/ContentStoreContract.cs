using RegistryCache.Core.Storage;
using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;

namespace RegistryCache.Fixtures.Contracts;

/// <summary>
/// What every <see cref="IContentStore"/> promises. A fixture derives from this class, says how an empty store comes to be and how
/// its content is damaged; the tests are the same for all. Each test gets a store of its own.
/// </summary>
public abstract partial class ContentStoreContract
{
    /// <summary>The store under test.</summary>
    protected IContentStore Store { get; private set; } = null!;

    /// <summary>The digest algorithms under which the store can hold blobs.</summary>
    protected virtual IReadOnlyList<string> Algorithms { get; } =
        ["sha256", "sha384", "sha512"];

    /// <summary>Whether single tags can be deleted. Not every registry that deletes manifests can.</summary>
    protected virtual bool DeletesTags => Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests);

    /// <summary>Whether the store verifies what it hands out, which it need not.</summary>
    protected virtual bool VerifiesReads => false;

    /// <summary>Creates an empty store.</summary>
    protected abstract Task<IContentStore> CreateAsync();

    /// <summary>Removes what <see cref="CreateAsync"/> made. Runs after every test, also after a failed one.</summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    /// <summary>Changes a stored blob behind the store's back without changing its size.</summary>
    protected abstract Task CorruptBlobAsync(Digest digest);

    /// <summary>Changes a stored manifest behind the store's back without changing its size.</summary>
    protected abstract Task CorruptManifestAsync(Digest digest);

    [SetUp]
    public async Task CreateStoreAsync() => Store = await CreateAsync();

    [TearDown]
    public async Task RemoveStoreAsync()
    {
        switch (Store)
        {
            case IAsyncDisposable asyncDisposable:
                await asyncDisposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        await CleanUpAsync();
    }

    [Test]
    public void The_store_has_a_name_for_people() => Assert.That(Store.DisplayName, Is.Not.Empty);

    /// <summary>Pushes a blob and expects its bytes to travel.</summary>
    protected async Task PushAsync(TestBlob blob)
    {
        var result = await Store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        Assert.That(result.Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
    }

    /// <summary>Reads a blob to its end, as the library does: verified.</summary>
    protected Task<byte[]> ReadAsync(Descriptor descriptor) => ReadAsync(() => new StoreBlobSource(Store, descriptor).OpenReadAsync(CancellationToken.None).AsTask());

    /// <summary>Reads what a store hands out itself.</summary>
    protected Task<byte[]> ReadRawAsync(Descriptor descriptor) => ReadAsync(() => Store.OpenBlobAsync(descriptor, CancellationToken.None));

    private static async Task<byte[]> ReadAsync(Func<Task<Stream>> open)
    {
        await using var stream = await open();
        using var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }

    /// <summary>Expects that nothing of a blob can be seen, and that it can still be pushed.</summary>
    protected async Task AssertAbsentAndPushableAsync(TestBlob blob)
    {
        Assert.That(await Store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.Null, "the failed push left something visible");
        Assert.That(
            async () => await Store.OpenBlobAsync(blob.Descriptor, CancellationToken.None),
            Throws.InstanceOf<ContentNotFoundException>());
        await PushAsync(blob);
        Assert.That(await ReadAsync(blob.Descriptor), Same.BytesAs(blob.Bytes));
    }
}

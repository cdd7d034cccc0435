using RegistryCache.Fixtures.Contracts;
using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Stores;

[TestFixture]
internal sealed class ZipStoreContractTests : ContentStoreContract
{
    private string _directory = "";

    protected override Task<IContentStore> CreateAsync()
    {
        _directory = Directory.CreateTempSubdirectory("registry-cache-zip-").FullName;
        return Task.FromResult<IContentStore>(new ZipContentStore(Path.Combine(_directory, "cache.zip")));
    }

    protected override Task CleanUpAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task CorruptBlobAsync(Digest digest) => ((ZipContentStore)Store).OverwriteAsync(digest, isManifest: false);

    protected override Task CorruptManifestAsync(Digest digest) => ((ZipContentStore)Store).OverwriteAsync(digest, isManifest: true);
}

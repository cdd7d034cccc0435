using RegistryCache.Testing;

namespace RegistryCache.Extensions.Tests.Stores;

#region contract
internal sealed class ZipStoreContractTests : ContentStoreContractTests
{
    private string _directory = "";

    protected override ContentStoreContract Contract => new(() => new ZipContentStore(Path.Combine(_directory, "cache.zip")))
    {
        DamageBlob = static (store, digest) => ((ZipContentStore)store).OverwriteAsync(digest, isManifest: false),
        DamageManifest = static (store, digest) => ((ZipContentStore)store).OverwriteAsync(digest, isManifest: true),
    };

    [SetUp]
    public void CreateDirectory() => _directory = Directory.CreateTempSubdirectory("registry-cache-zip-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);
}
#endregion

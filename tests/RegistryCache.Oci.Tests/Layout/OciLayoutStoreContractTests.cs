using RegistryCache.Fixtures.Contracts;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Tests.Layout;

[TestFixture]
public sealed class OciLayoutStoreContractTests : StreamingContentStoreContract
{
    private TemporaryDirectory _directory = null!;

    protected override Task<IContentStore> CreateAsync()
    {
        _directory = new TemporaryDirectory();
        return Task.FromResult<IContentStore>(new OciLayoutStore(_directory.Path));
    }

    protected override Task CleanUpAsync()
    {
        _directory.Remove();
        return Task.CompletedTask;
    }

    protected override Task CorruptBlobAsync(Digest digest)
    {
        var path = _directory["blobs", digest.AlgorithmName, digest.Hex];
        var length = new FileInfo(path).Length;
        File.Delete(path);
        File.WriteAllBytes(path, new byte[length]);
        return Task.CompletedTask;
    }

    protected override Task CorruptManifestAsync(Digest digest) => CorruptBlobAsync(digest);
}

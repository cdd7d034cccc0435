using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>A store with local blobs keeps all promises of a store.</summary>
public sealed class LocalBlobContractTests : ContentStoreContract
{
    private string _folder = "";
    private InMemoryContentStore _memory = null!;

    protected override bool VerifiesReads => true;

    protected override Task<IContentStore> CreateAsync()
    {
        _folder = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        _memory = new InMemoryContentStore("the test");
        var directory = new LocalBlobDirectory(Path.Combine(_folder, "blobs"), 1 << 30, TimeProvider.System, NullLogger.Instance);
        return Task.FromResult<IContentStore>(new LocalBlobStore(_memory, directory));
    }

    protected override Task CleanUpAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override async Task CorruptBlobAsync(Digest digest)
    {
        Directory.Delete(Path.Combine(_folder, "blobs"), recursive: true);
        _memory.OverwriteBlob(digest, new byte[(await _memory.FindBlobAsync(digest, CancellationToken.None))!.Value]);
    }

    protected override async Task CorruptManifestAsync(Digest digest)
    {
        var descriptor = await _memory.ResolveManifestAsync(ManifestReference.ByDigest(digest), CancellationToken.None);
        _memory.OverwriteManifest(digest, new byte[descriptor!.Size]);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Tests.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>A store with local blobs keeps all promises of a store. One of them is about the memory that the whole process takes.</summary>
[NonParallelizable]
internal sealed class LocalBlobContractTests : ContentStoreContractTests
{
    private string _folder = "";
    private InMemoryContentStore _memory = null!;

    protected override ContentStoreContract Contract => new(CreateStore)
    {
        VerifiesReads = true,
        DamageBlob = async (_, digest) =>
        {
            Directory.Delete(Path.Combine(_folder, "blobs"), recursive: true);
            await _memory.DamageBlobAsync(digest);
        },
        DamageManifest = (_, digest) => _memory.DamageManifestAsync(digest),
    };

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        _memory = new InMemoryContentStore("the test");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private LocalBlobStore CreateStore() =>
        new(_memory, new LocalBlobDirectory(Path.Combine(_folder, "blobs"), 1 << 30, TimeProvider.System, NullLogger.Instance));
}

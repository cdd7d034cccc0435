using RegistryCache.Core.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Core.Tests.Storage;

internal sealed class InMemoryContentStoreContractTests : ContentStoreContractTests
{
    protected override ContentStoreContract Contract => new(static () => new InMemoryContentStore("the test"))
    {
        DamageBlob = static (store, digest) => ((InMemoryContentStore)store).DamageBlobAsync(digest),
        DamageManifest = static (store, digest) => ((InMemoryContentStore)store).DamageManifestAsync(digest),
    };
}

/// <summary>A part of a store, which a cache with one store for everything uses, keeps all promises of a store.</summary>
internal sealed class TagPrefixStoreContractTests : ContentStoreContractTests
{
    private InMemoryContentStore _memory = null!;

    protected override ContentStoreContract Contract => new(() => new TagPrefixStore(_memory, "ghcr.io/acme/app"))
    {
        DamageBlob = (_, digest) => _memory.DamageBlobAsync(digest),
        DamageManifest = (_, digest) => _memory.DamageManifestAsync(digest),
    };

    [SetUp]
    public void Create() => _memory = new InMemoryContentStore("the test");
}

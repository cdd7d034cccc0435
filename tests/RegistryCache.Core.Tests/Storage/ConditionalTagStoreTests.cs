using RegistryCache.Core.Storage;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Oci;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Storage;

internal sealed class MemoryConditionalTagTests : ConditionalTagStoreContract
{
    private InMemoryContentStore _store = new();

    protected override IContentStore Store => _store;

    [SetUp]
    public void Create() => _store = new InMemoryContentStore();
}

internal sealed class PartConditionalTagTests : ConditionalTagStoreContract
{
    private TagPrefixStore _store = null!;

    protected override IContentStore Store => _store;

    [SetUp]
    public void Create() => _store = new TagPrefixStore(new InMemoryContentStore(), "ghcr.io/acme/app");
}

internal sealed class LayoutConditionalTagTests : ConditionalTagStoreContract
{
    private ScratchFolder _folder = null!;
    private OciLayoutStore _store = null!;

    protected override IContentStore Store => _store;

    [SetUp]
    public void Create()
    {
        _folder = new ScratchFolder();
        _store = new OciLayoutStore(_folder["layout"]);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();
}

using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Layout;

internal sealed class OciLayoutStoreContractTests : ContentStoreContractTests
{
    private TemporaryDirectory _directory = null!;

    protected override ContentStoreContract Contract => new(() => new OciLayoutStore(_directory.Path))
    {
        MaxAllocatedBytes = 64L << 20,
        DamageBlob = (_, digest) => DamageAsync(digest),
        DamageManifest = (_, digest) => DamageAsync(digest),
    };

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Remove();

    private Task DamageAsync(Digest digest)
    {
        var path = _directory["blobs", digest.AlgorithmName, digest.Hex];
        var length = new FileInfo(path).Length;
        File.Delete(path);
        File.WriteAllBytes(path, new byte[length]);
        return Task.CompletedTask;
    }
}

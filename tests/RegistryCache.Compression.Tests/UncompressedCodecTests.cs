using RegistryCache.Compression.Uncompressed;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class UncompressedCodecTests : LayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new UncompressedCodec();
}

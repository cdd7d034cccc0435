using RegistryCache.Compression.Uncompressed;
using RegistryCache.Layers;
using RegistryCache.Fixtures.Contracts;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class UncompressedCodecTests : LayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new UncompressedCodec();
}

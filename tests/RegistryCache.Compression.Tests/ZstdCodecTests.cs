using RegistryCache.Compression.Zstd;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class ZstdCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new ZstdCodec();
}

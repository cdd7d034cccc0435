using RegistryCache.Compression.Zstd;
using RegistryCache.Layers;
using RegistryCache.Fixtures.Contracts;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class ZstdCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new ZstdCodec();
}

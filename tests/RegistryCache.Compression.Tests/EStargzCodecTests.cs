using RegistryCache.Compression.EStargz;
using RegistryCache.Layers;
using RegistryCache.Fixtures.Contracts;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class EStargzCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new EStargzCodec();
}

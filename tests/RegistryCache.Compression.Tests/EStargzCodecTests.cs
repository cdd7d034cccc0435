using RegistryCache.Compression.EStargz;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class EStargzCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new EStargzCodec();
}

using RegistryCache.Fixtures.Contracts;
using RegistryCache.Layers;

namespace RegistryCache.Extensions.Tests.Codecs;

[TestFixture]
internal sealed class BrotliCodecContractTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new BrotliLayerCodec();
}

[TestFixture]
internal sealed class Lz4CodecContractTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new Lz4LayerCodec();
}

using RegistryCache.Compression.Gzip;
using RegistryCache.Layers;
using RegistryCache.Fixtures.Contracts;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class GzipCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new GzipCodec();
}

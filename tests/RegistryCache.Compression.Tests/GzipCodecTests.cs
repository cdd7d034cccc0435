using RegistryCache.Compression.Gzip;
using RegistryCache.Fixtures.Contracts;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Tests;

[TestFixture]
public sealed class GzipCodecTests : CompressingLayerCodecContract
{
    protected override ILayerCodec CreateCodec() => new GzipCodec();
}

using RegistryCache.Compression.Gzip;
using RegistryCache.Testing;

namespace RegistryCache.Compression.Tests;

internal sealed class GzipCodecTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new GzipCodec());
}

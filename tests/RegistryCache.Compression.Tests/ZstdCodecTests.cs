using RegistryCache.Compression.Zstd;
using RegistryCache.Testing;

namespace RegistryCache.Compression.Tests;

internal sealed class ZstdCodecTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new ZstdCodec());
}

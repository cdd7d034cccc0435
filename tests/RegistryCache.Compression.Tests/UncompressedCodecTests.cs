using RegistryCache.Compression.Uncompressed;
using RegistryCache.Testing;

namespace RegistryCache.Compression.Tests;

internal sealed class UncompressedCodecTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new UncompressedCodec());
}

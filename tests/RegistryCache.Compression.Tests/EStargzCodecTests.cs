using RegistryCache.Compression.EStargz;
using RegistryCache.Testing;

namespace RegistryCache.Compression.Tests;

internal sealed class EStargzCodecTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new EStargzCodec());
}

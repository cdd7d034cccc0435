using RegistryCache.Testing;

namespace RegistryCache.Extensions.Tests.Codecs;

internal sealed class BrotliCodecContractTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new BrotliLayerCodec());
}

#region contract
internal sealed class Lz4CodecContractTests : LayerCodecContractTests
{
    protected override LayerCodecContract Contract => new(static () => new Lz4LayerCodec());
}
#endregion

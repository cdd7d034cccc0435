using RegistryCache.Core.Streams;

namespace RegistryCache.Core.Storage;

/// <summary>Marks what goes wrong while reading as the source's fault, since the error will surface in the middle of a push to the target.</summary>
internal sealed class SourceReadStream(Stream inner) : OwningReadStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.OnSide(CacheSide.Source))
        {
            throw;
        }
    }
}

namespace RegistryCache.Oci.Http;

/// <summary>The body of a response. Each read is timed, and ends when the exchange stalls.</summary>
internal sealed class ExchangeBody(Stream body, StallTimer stall) : ForwardReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        stall.Touch();
        var read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
        stall.Moved(read);
        return read;
    }
}

namespace RegistryCache.Core.Streams;

internal sealed class DelegateBlobSource : BlobSource
{
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;

    public DelegateBlobSource(Func<CancellationToken, ValueTask<Stream>> open, long? length)
    {
        ArgumentNullException.ThrowIfNull(open);
        _open = open;
        Length = length;
    }

    public override long? Length { get; }

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => _open(cancellationToken);
}

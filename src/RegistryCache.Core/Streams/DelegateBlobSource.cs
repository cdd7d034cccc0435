namespace RegistryCache.Core.Streams;

internal sealed class DelegateBlobSource : BlobSource
{
    private readonly Descriptor? _written;
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;

    public DelegateBlobSource(Func<CancellationToken, ValueTask<Stream>> open, long? length, Descriptor? written = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        _open = open;
        _written = written;
        Length = length;
    }

    public override long? Length { get; }

    internal override bool IsAtHand => _written is not null;

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => _open(cancellationToken);

    // What was hashed while it was written is not hashed again.
    public override ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        _written?.Digest == descriptor.Digest && _written.Size == descriptor.Size
            ? _open(cancellationToken)
            : base.OpenVerifiedAsync(descriptor, cancellationToken);
}

namespace RegistryCache;

/// <summary>A layer ready to be stored: kept as it was, or in a temporary file that is deleted when this is disposed.</summary>
public sealed class LayerConversion : IAsyncDisposable
{
    private readonly SpoolFile? _spool;

    /// <summary>A layer, for a test that needs one. There is no temporary file.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="descriptor">The descriptor now.</param>
    /// <param name="source">The blob.</param>
    public LayerConversion(LayerDecision decision, Descriptor descriptor, BlobSource source)
        : this(decision, from: null, to: null, original: null, descriptor, source, spool: null)
    {
    }

    internal LayerConversion(
        LayerDecision decision, LayerCompression? from, LayerCompression? to,
        Descriptor? original, Descriptor descriptor, BlobSource source, SpoolFile? spool)
    {
        Decision = decision;
        From = from;
        To = to;
        Original = original;
        Descriptor = descriptor;
        Source = source;
        _spool = spool;
    }

    /// <summary>What was decided, and why.</summary>
    public LayerDecision Decision { get; }

    /// <summary>Whether there is a new blob.</summary>
    public bool IsNewBlob => _spool is not null;

    /// <summary>The compression before: by the bytes, or by the media type if they were not read. It can be unknown.</summary>
    public LayerCompression? From { get; init; }

    /// <summary>The compression now; <see langword="null"/> when the layer was kept and its compression is unknown.</summary>
    public LayerCompression? To { get; init; }

    /// <summary>The descriptor before, or <see langword="null"/> when there was no blob.</summary>
    public Descriptor? Original { get; init; }

    /// <summary>The descriptor now. A converted layer has the codec's OCI media type and annotations, its diffID, and those of its old
    /// annotations that are known to describe the content, such as <c>buildkit/createdat</c>.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The blob, valid until this is disposed.</summary>
    public BlobSource Source { get; }

    /// <summary>The size of the blob before, in bytes; <see langword="null"/> when there was none.</summary>
    public long? BytesBefore => Original?.Size;

    /// <summary>The size of the blob now, in bytes.</summary>
    public long BytesAfter => Descriptor.Size;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _spool?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What was done, on one line.</summary>
    public override string ToString() => $"{Decision}: {Descriptor}";
}

using RegistryCache.Core.Streams;

namespace RegistryCache.Layers;

/// <summary>A layer's blob where it lies: what it claims to be, how to read it and, where that is cheaper than reading from the start, how to look inside.</summary>
internal sealed class LayerBlob
{
    private readonly Func<CancellationToken, Task<ByteRangeReader>>? _openRanges;

    /// <summary>Creates the description.</summary>
    /// <param name="descriptor">The blob's descriptor.</param>
    /// <param name="source">The blob.</param>
    /// <param name="openRanges">Random access to the blob; <see langword="null"/> to reach inside through <paramref name="source"/>.</param>
    public LayerBlob(Descriptor descriptor, BlobSource source, Func<CancellationToken, Task<ByteRangeReader>>? openRanges = null)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        Descriptor = descriptor;
        Source = source;
        _openRanges = openRanges;
    }

    /// <summary>The blob's descriptor.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The blob.</summary>
    public BlobSource Source { get; }

    /// <summary>Opens random access. The caller disposes the reader.</summary>
    /// <param name="cancellationToken">Cancels opening.</param>
    public Task<ByteRangeReader> OpenRangesAsync(CancellationToken cancellationToken) => _openRanges is null
        ? Task.FromResult<ByteRangeReader>(new BlobSourceRangeReader(Source, Descriptor.Size))
        : _openRanges(cancellationToken);
}

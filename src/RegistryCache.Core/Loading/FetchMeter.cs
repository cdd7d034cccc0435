using RegistryCache.Core.Streams;

namespace RegistryCache.Core.Loading;

/// <summary>Counts what one restore reads from its sources, and what comes from local copies. Layers are read side by side.</summary>
internal sealed class FetchMeter(TimeProvider time)
{
    private long _bytes;
    private long _ticks;
    private int _reused;

    public long Bytes => Interlocked.Read(ref _bytes);

    public TimeSpan WaitTime => time.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    public int LayersReused => Volatile.Read(ref _reused);

    /// <summary>Counts layers that are not needed, because what they hold is in the folder.</summary>
    public void Reuse(int layers) => Interlocked.Add(ref _reused, layers);

    /// <summary>The same blob, counted when it is read.</summary>
    public BlobSource Measure(BlobSource blob) => new Measured(this, blob);

    private async ValueTask<T> TimeAsync<T>(Func<ValueTask<T>> wait)
    {
        var start = time.GetTimestamp();
        try
        {
            return await wait().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _ticks, time.GetTimestamp() - start);
        }
    }

    private sealed class Measured(FetchMeter meter, BlobSource inner) : BlobSource
    {
        public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) =>
            Count(await meter.TimeAsync(() => inner.OpenReadAsync(cancellationToken)).ConfigureAwait(false));

        public override async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
            Count(await meter.TimeAsync(() => inner.OpenVerifiedAsync(descriptor, cancellationToken)).ConfigureAwait(false));

        private CountedStream Count(Stream stream)
        {
            var counted = new CountedStream(meter, stream);
            if (counted.IsLocalCopy)
                Interlocked.Increment(ref meter._reused);
            return counted;
        }
    }

    private sealed class CountedStream(FetchMeter meter, Stream inner) : OwningReadStream(inner)
    {
        private long _local;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var wasLocal = IsLocalCopy;
            var read = await meter.TimeAsync(() => Inner.ReadAsync(buffer, cancellationToken)).ConfigureAwait(false);
            if (IsLocalCopy)
            {
                _local += read;
                return read;
            }

            // If a copy proves damaged, all of the blob is fetched.
            if (wasLocal)
                Interlocked.Decrement(ref meter._reused);
            Interlocked.Add(ref meter._bytes, read + (wasLocal ? _local : 0));
            return read;
        }
    }
}

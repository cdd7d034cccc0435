namespace RegistryCache.Cli.Output;

/// <summary>The blob of a layer, which reports how far it is read, about ten times a second.</summary>
internal sealed class CountedBlob(CacheLayer layer, IProgress<CacheProgress> progress, TimeProvider time) : BlobSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The same layer, counted while it is read; the layer itself if nobody asks.</summary>
    public static CacheLayer Of(CacheLayer layer, IProgress<CacheProgress>? progress, TimeProvider time) =>
        progress is null ? layer : new CacheLayer(layer.Descriptor, new CountedBlob(layer, progress, time));

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        new Counted(this, await layer.Content.OpenReadAsync(cancellationToken));

    public override async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        new Counted(this, await layer.Content.OpenVerifiedAsync(descriptor, cancellationToken));

    private void Report(long done, bool isDone) => progress.Report(
        new CacheProgress(CachePhase.Examining, layer.Digest.ToString(), done, layer.Descriptor.Size) { IsDone = isDone });

    private sealed class Counted(CountedBlob blob, Stream inner) : ForwardReadStream
    {
        private readonly TimeProvider _time = blob.Time;
        private long _done;
        private long _reported = blob.Time.GetTimestamp();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _done += read;
            if (read > 0 && _time.GetElapsedTime(_reported) < Interval)
                return read;
            _reported = _time.GetTimestamp();
            blob.Report(_done, isDone: read == 0);
            return read;
        }

        protected override ValueTask CloseAsync() => inner.DisposeAsync();
    }

    private TimeProvider Time => time;
}

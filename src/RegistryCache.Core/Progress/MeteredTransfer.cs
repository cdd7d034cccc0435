namespace RegistryCache.Core.Progress;

/// <summary>Turns the progress of one blob into that of its phase.</summary>
internal sealed class MeteredTransfer(ProgressMeter meter) : IProgress<TransferProgress>
{
    private long _done;

    public void Report(TransferProgress value) =>
        meter.Add(value.BytesDone - Interlocked.Exchange(ref _done, value.BytesDone), value.Blob.Digest);

    /// <summary>The blob is where it should be, however that came about.</summary>
    public void Complete(Descriptor blob) => Report(new TransferProgress(blob, blob.Size));
}

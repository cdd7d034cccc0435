namespace RegistryCache.Cli.Output;

/// <summary>Shows several operations, one after the other, as one.</summary>
/// <param name="line">Shows the whole.</param>
/// <param name="total">The bytes of all operations.</param>
internal sealed class SummedProgress(IProgress<CacheProgress> line, long total) : IProgress<CacheProgress>
{
    private long _before;

    public void Report(CacheProgress value)
    {
        var done = _before + value.BytesDone;
        if (value.IsDone)
            _before = done;
        line.Report(value with { BytesDone = done, BytesTotal = total, IsDone = false });
    }
}

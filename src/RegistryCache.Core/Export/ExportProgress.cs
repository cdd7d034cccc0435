using RegistryCache.Core.Progress;

namespace RegistryCache.Core.Export;

/// <summary>Counts what one exporter converts and sends, also what it sends before the rest is known.</summary>
internal sealed class ExportProgress(IProgress<CacheProgress>? progress, TimeProvider time)
{
    public ProgressMeter? Converting { get; } = ProgressMeter.Create(progress, CachePhase.Converting, time);

    public ProgressMeter? Sending { get; } = ProgressMeter.Create(progress, CachePhase.Sending, time);
}

namespace RegistryCache.Core.Folders;

/// <summary>A layer source that remembers the report of the last tar that it wrote completely.</summary>
internal sealed class ReportedSource(LayerSource source) : LayerSource
{
    private LayerWriteReport? _report;

    public LayerWriteReport? Report => Volatile.Read(ref _report);

    public override async Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var report = await source.WriteToAsync(destination, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _report, report);
        return report;
    }
}

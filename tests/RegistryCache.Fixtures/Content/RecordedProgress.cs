namespace RegistryCache.Fixtures.Content;

/// <summary>Keeps every report, in order, at the moment it is made: <see cref="Progress{T}"/> would deliver them later.</summary>
public sealed class RecordedProgress : IProgress<TransferProgress>
{
    private readonly Lock _gate = new();
    private readonly List<TransferProgress> _reports = [];

    public IReadOnlyList<TransferProgress> Reports
    {
        get
        {
            lock (_gate)
                return [.. _reports];
        }
    }

    public void Report(TransferProgress value)
    {
        lock (_gate)
            _reports.Add(value);
    }
}

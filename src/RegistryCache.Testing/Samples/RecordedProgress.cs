namespace RegistryCache.Testing.Samples;

/// <summary>Keeps every report, in order, at the moment it is made: <see cref="Progress{T}"/> would deliver them later.</summary>
internal sealed class RecordedProgress<T> : IProgress<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _reports = [];

    public IReadOnlyList<T> Reports
    {
        get
        {
            lock (_gate)
                return [.. _reports];
        }
    }

    public void Report(T value)
    {
        lock (_gate)
            _reports.Add(value);
    }
}

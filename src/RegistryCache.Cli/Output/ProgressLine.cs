namespace RegistryCache.Cli.Output;

/// <summary>Shows how far a long work is: one line that changes on a terminal, a line at intervals elsewhere.</summary>
internal sealed class ProgressLine(Terminal terminal) : IProgress<CacheProgress>
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<CachePhase, (CacheProgress Last, TransferRate Rate)> _phases = [];
    private long _shown = terminal.Time.GetTimestamp();

    public void Report(CacheProgress value)
    {
        lock (_gate)
        {
            var rate = _phases.TryGetValue(value.Phase, out var known) ? known.Rate : new TransferRate(terminal.Time);
            rate.Add(value.BytesDone);
            _phases[value.Phase] = (value, rate);
            var text = string.Join("; ", _phases.Values.Where(p => !p.Last.IsDone || p.Last.Phase == value.Phase).Select(Describe));
            if (terminal.ShowsProgress)
                terminal.Progress(text);
            else if (terminal.Time.GetElapsedTime(_shown) >= PlainInterval)
            {
                _shown = terminal.Time.GetTimestamp();
                terminal.Note(text);
            }

            if (value.IsDone)
                _phases.Remove(value.Phase);
        }
    }

    private static string Describe((CacheProgress Last, TransferRate Rate) phase)
    {
        var (last, rate) = phase;
        var total = last.BytesTotal is { } all && !last.IsDone ? $" of {Text.Size(all)}" : "";
        var line = $"{Text.Size(last.BytesDone)}{total} {Done(last.Phase)}";
        if (rate.BytesPerSecond is not { } speed || last.IsDone)
            return line;
        var percent = last.BytesTotal is > 0 and var whole ? $", {100 * last.BytesDone / whole} %" : "";
        var left = last.BytesTotal is { } end && speed > 0 ? $", {Text.Duration((end - last.BytesDone) / speed)} left" : "";
        return $"{line}{percent}, {Text.Size((long)speed)}/s{left}";
    }

    private static string Done(CachePhase phase) => phase switch
    {
        CachePhase.Reading => "read",
        CachePhase.Compressing => "compressed",
        CachePhase.Converting => "converted",
        CachePhase.Sending => "sent",
        CachePhase.Restoring => "restored",
        CachePhase.Examining => "examined",
        CachePhase.Importing => "of manifests read",
        _ => "verified",
    };
}

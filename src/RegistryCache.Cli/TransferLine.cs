namespace RegistryCache.Cli;

/// <summary>The progress line that shows how much has been sent.</summary>
internal sealed class TransferLine(Terminal terminal) : IProgress<TransferProgress>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, long> _sent = [];
    private long _shown;

    public void Report(TransferProgress value)
    {
        lock (_gate)
        {
            _sent[value.Blob.Digest] = value.BytesDone;
            if (terminal.Time.GetElapsedTime(_shown).TotalMilliseconds < 100)
                return;
            _shown = terminal.Time.GetTimestamp();
            terminal.Progress($"{Text.Size(_sent.Values.Sum())} sent, {Text.Count(_sent.Count, "blob")}");
        }
    }
}

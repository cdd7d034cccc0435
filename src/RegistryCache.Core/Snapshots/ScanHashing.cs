using System.Threading.Channels;
using RegistryCache.Core.Progress;

namespace RegistryCache.Core.Snapshots;

/// <summary>Reads the files of a scan, several at a time, also while the scan still finds more.</summary>
internal sealed class ScanHashing(SnapshotOptions options, IProgress<CacheProgress>? progress, TimeProvider time)
{
    // Neighbours are read together, so that their directory is opened once.
    private const int RunLength = 64;

    private readonly Channel<List<ScannedNode>> _runs = Channel.CreateUnbounded<List<ScannedNode>>();
    private readonly ProgressMeter? _meter = ProgressMeter.Create(progress, CachePhase.Reading, time);
    private List<ScannedNode> _run = new(RunLength);
    private long _bytes;

    /// <summary>One more node. It is read if it is a file that was not read yet.</summary>
    public void Add(ScannedNode node)
    {
        if (node.IsRead || node.Entry.Kind != LayerEntryKind.File)
            return;
        _bytes += node.Entry.Size;
        _run.Add(node);
        if (_run.Count == RunLength)
            HandOver();
    }

    /// <summary>There are no more nodes.</summary>
    public void Complete()
    {
        _meter?.Expect(_bytes);
        HandOver();
        _runs.Writer.Complete();
    }

    /// <summary>Reads until there are no more nodes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(_runs.Reader.ReadAllAsync(cancellationToken), cancellationToken, (run, token) =>
        {
            using var reader = new ScanReader(options);
            foreach (var node in run)
            {
                reader.Hash(node, token);
                _meter?.Add(node.Entry.Size, node.Entry.Path);
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        if (_bytes > 0)
            _meter?.Complete();
    }

    private void HandOver()
    {
        _runs.Writer.TryWrite(_run);
        _run = new(RunLength);
    }
}

using System.Collections.Concurrent;

namespace RegistryCache.Compression.Deflate;

/// <summary>Deflaters that are not in use, for a codec to take up again: their tables are large, and many layers are small. Thread-safe.</summary>
internal sealed class DeflaterPool
{
    private readonly ConcurrentQueue<Deflater> _idle = new();

    public Deflater Take() => _idle.TryDequeue(out var deflater) ? deflater : new Deflater();

    /// <summary>Gives one back. No more are kept than can work at the same time.</summary>
    public void GiveBack(Deflater deflater)
    {
        if (_idle.Count < Environment.ProcessorCount)
            _idle.Enqueue(deflater);
    }
}

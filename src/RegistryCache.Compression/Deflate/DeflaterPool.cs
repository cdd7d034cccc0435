using System.Collections.Concurrent;

namespace RegistryCache.Compression.Deflate;

/// <summary>Keeps unused deflaters for reuse, because their tables are large and many layers are small. Thread-safe.</summary>
internal sealed class DeflaterPool
{
    private readonly ConcurrentQueue<Deflater> _idle = new();

    public Deflater Take() => _idle.TryDequeue(out var deflater) ? deflater : new Deflater();

    /// <summary>Returns a deflater. The pool keeps no more than can work at the same time.</summary>
    public void GiveBack(Deflater deflater)
    {
        if (_idle.Count < Environment.ProcessorCount)
            _idle.Enqueue(deflater);
    }
}

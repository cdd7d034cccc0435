namespace RegistryCache.Testing.Storage;

/// <summary>Content on its way into memory.</summary>
internal sealed class MemoryIngest : Ingest
{
    private const int LargestSegment = 1 << 20;

    private readonly List<byte[]> _segments = [];
    private int _used;

    public StoredContent ToContent() => new MemoryContent([.. _segments], Length);

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_segments.Count == 0 || _used == _segments[^1].Length)
            {
                // Most content is small, and a large one takes ever larger segments.
                var size = Math.Max(bytes.Length, _segments.Count == 0 ? 0 : Math.Min(LargestSegment, _segments[^1].Length * 2));
                _segments.Add(GC.AllocateUninitializedArray<byte>(size));
                _used = 0;
            }

            var count = Math.Min(bytes.Length, _segments[^1].Length - _used);
            bytes.Span[..count].CopyTo(_segments[^1].AsSpan(_used));
            _used += count;
            bytes = bytes[count..];
        }

        return ValueTask.CompletedTask;
    }

    protected override Stream OpenRead() => ToContent().Open();

    protected override void Drop()
    {
        // The garbage collector does.
    }
}

namespace RegistryCache.Testing.Samples;

/// <summary>Content that counts how often it is opened and can misbehave once a number of bytes has been read.</summary>
internal sealed class ScriptedBlobSource(byte[] content, long? length = null) : BlobSource
{
    private int _opened;

    public override long? Length => length ?? content.Length;

    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Runs once per stream, as soon as <see cref="ActAfter"/> bytes have been read; it may throw.</summary>
    public Action? Act { get; set; }

    public long ActAfter { get; set; }

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        return ValueTask.FromResult<Stream>(new ScriptedStream(content, this));
    }

    private sealed class ScriptedStream(byte[] content, ScriptedBlobSource owner) : Stream
    {
        private int _position;
        private bool _acted;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (!_acted && owner.Act is { } act && _position >= owner.ActAfter)
            {
                _acted = true;
                act();
            }

            // Short reads, so that the script runs before everything was handed out.
            var count = Math.Min(Math.Min(buffer.Length, 16 * 1024), content.Length - _position);
            content.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Read(buffer.Span));
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

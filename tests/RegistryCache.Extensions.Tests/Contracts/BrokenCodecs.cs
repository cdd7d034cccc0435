using RegistryCache.Layers;

namespace RegistryCache.Extensions.Tests.Contracts;

/// <summary>Codecs that each do one thing wrong, and the rules that must say so.</summary>
internal static class BrokenCodecs
{
    public static IEnumerable<(string Mistake, Func<BrokenCodec> Create, string[] Rules)> All =>
    [
        ("loses the last block", static () => new() { Encode = LoseAsync },
            ["A tar comes back as it was, number 0", "A tar comes back as it was, number 1", "A tar comes back as it was, number 2", "A tar comes back as it was, number 3",
             "A tar comes back that is longer than any block", "A tar without entries comes back", "Every level gives back the tar", "Several layers are encoded at once with shared workers"]),
        ("states a wrong size", static () => new() { Encode = static async (good, tar, blob, o, ct) => await good.EncodeAsync(tar, blob, o, ct) is var layer ? layer with { Size = layer.Size + 1 } : null! },
            ["Digests and sizes are true"]),
        ("does not know its own blobs", static () => new() { Match = LayerMatch.None }, ["The codec recognises its own blobs"]),
        ("writes the time", static () => new() { Encode = StampAsync },
            ["The same bytes come whatever the number of workers", "The same bytes come however the tar arrives", "The default level is the one that it states"]),
        ("ignores cancellation", static () => new() { Encode = static (good, tar, blob, o, _) => good.EncodeAsync(tar, blob, o, CancellationToken.None) }, ["Cancelling stops the work"]),
        ("wraps errors of the tar", static () => new() { Encode = WrapAsync }, ["What the tar stream throws comes through"]),
        ("takes any level", static () => new() { Encode = static (good, tar, blob, o, ct) => good.EncodeAsync(tar, blob, new LayerEncodeOptions { Level = 0 }, ct) },
            ["A level out of range is refused before anything is read", "The highest level gives a smaller blob than the lowest that compresses"]),
        ("ends without an error where the blob is cut", static () => new() { Decode = static (good, blob) => new Forgiving(good.OpenDecoder(blob)) }, ["A blob with anything after its end is an error"]),
        ("crashes on damage", static () => new() { Decode = static (good, blob) => new Crashing(good.OpenDecoder(blob)) },
            ["A blob cut anywhere is an error", "A blob with anything after its end is an error", "Random damage never passes verification and never crashes"]),
        ("refuses levels that it does not have", static () => new() { Levels = null }, ["Every level gives back the tar", "The default level is the one that it states", "A level out of range is refused before anything is read"]),
    ];

    private static async Task<EncodedLayer> LoseAsync(ILayerCodec good, Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await tar.CopyToAsync(content, cancellationToken);
        return await good.EncodeAsync(new MemoryStream(content.ToArray()[..^512]), blob, options, cancellationToken);
    }

    private static int stamps;

    private static async Task<EncodedLayer> StampAsync(ILayerCodec good, Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await tar.CopyToAsync(content, cancellationToken);
        content.Write(BitConverter.GetBytes(Interlocked.Increment(ref stamps)));
        content.Position = 0;
        return await good.EncodeAsync(content, blob, options, cancellationToken);
    }

    private static async Task<EncodedLayer> WrapAsync(ILayerCodec good, Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await good.EncodeAsync(tar, blob, options, cancellationToken);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException("encoding failed", e);
        }
    }

    /// <summary>Takes an error for the end.</summary>
    private sealed class Forgiving(Stream inner) : Changed(inner)
    {
        protected override int OnError(Exception error) => 0;
    }

    /// <summary>Throws what no caller expects.</summary>
    private sealed class Crashing(Stream inner) : Changed(inner)
    {
        protected override int OnError(Exception error) => throw new FormatException("crash", error);
    }

    private abstract class Changed(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            catch (RegistryCacheException e)
            {
                return OnError(e);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected abstract int OnError(Exception error);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

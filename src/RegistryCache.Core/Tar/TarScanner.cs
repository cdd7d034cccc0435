using RegistryCache.Core.Entries;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>Reads a tar entry by entry: v7, ustar, pax and GNU. It is strict where two readers could see two different archives. Paths are
/// given as the archive has them and are not safe yet.</summary>
internal sealed class TarScanner : IEntryContent, IDisposable
{
    private readonly TarInput _input;
    private readonly int _maxHeaderBytes;
    private readonly TarExtensions _extensions = new();
    private SparseMap? _sparse;
    private long _stored;
    private int _padding;
    private long _logical;
    private int _segment;
    private (string Path, long Size)? _ignored;

    public TarScanner(Stream stream, int maxHeaderBytes)
    {
        _input = new TarInput(stream);
        _maxHeaderBytes = maxHeaderBytes;
    }

    /// <summary>The next entry. Skips what is left of the current one. <see langword="null"/> at the end of the archive.</summary>
    public async ValueTask<LayerEntry?> NextAsync(CancellationToken cancellationToken)
    {
        await _input.SkipAsync(_stored, cancellationToken).ConfigureAwait(false);

        // Some writers leave out the padding of the last entry, and what ends an archive with it.
        if (!await _input.TrySkipAsync(_padding, cancellationToken).ConfigureAwait(false))
            return null;
        (_stored, _padding, _sparse) = (0, 0, null);
        _extensions.Clear();
        var headerBytes = 0L;
        while (true)
        {
            var position = _input.Position;
            var block = await _input.ReadBlockAsync(cancellationToken).ConfigureAwait(false);
            if (block is not { } found || !found.Span.ContainsAnyExcept((byte)0))
            {
                _extensions.CheckEnd();
                return null;
            }

            var header = new TarHeader(found.Span, _extensions);
            header.VerifyChecksum(position, _ignored);
            var type = header.Type;
            if (!TarExtensions.IsExtension(type))
                return await StartEntryAsync(found, cancellationToken).ConfigureAwait(false);

            var size = header.StatedSize;
            headerBytes += BlockSize + Math.Max(size, 0);
            if (size < 0)
                throw LayerPaths.Invalid("An extended header has a negative size");
            if (headerBytes > _maxHeaderBytes)
                throw new LimitExceededException(
                    $"The headers of the entry at offset {position}", "RestoreLimits.MaxHeaderBytes", _maxHeaderBytes, headerBytes);
            _extensions.Add(type, await _input.ReadExactlyAsync((int)size, cancellationToken).ConfigureAwait(false));
            await _input.SkipAsync(Padding(size), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_stored == 0)
            return (_logical, default);
        var max = _stored;
        if (_sparse is { } sparse)
        {
            var (offset, length) = sparse.Segments[_segment];
            _logical = Math.Max(_logical, offset);
            max = offset + length - _logical;
        }

        var data = await _input.ReadAsync(max, cancellationToken).ConfigureAwait(false);
        var start = _logical;
        _logical += data.Length;
        _stored -= data.Length;
        if (data.Length == max)
            _segment++;
        return (start, data);
    }

    /// <summary>Reads what follows the end of the archive.</summary>
    public ValueTask DrainAsync(long max, CancellationToken cancellationToken) => _input.DrainAsync(max, cancellationToken);

    public void Dispose() => _input.Dispose();

    private async ValueTask<LayerEntry> StartEntryAsync(ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var header = new TarHeader(block.Span, _extensions);
        var entry = header.ToEntry();
        if (entry.Kind != LayerEntryKind.File)
        {
            if (entry.Size != 0)
                throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' has the name of a directory but {entry.Size} bytes of content");
            _ignored = header.IgnoredSize is > 0 and var size ? (entry.Path, size) : null;
            return entry;
        }

        _ignored = null;
        _stored = entry.Size;
        _padding = Padding(entry.Size);
        _logical = 0;
        _segment = 0;
        if (header.Type == 'S')
        {
            // The block is the input's buffer, which the blocks of the map may overwrite.
            var (segments, realSize) = await SparseMap.ReadOldAsync(
                block.ToArray(), _input, _maxHeaderBytes, cancellationToken).ConfigureAwait(false);
            _sparse = SparseMap.Create(segments, realSize, _stored);
        }
        else if (header.SparseSize is { } realSize)
        {
            List<(long Offset, long Length)> segments;
            if (_extensions.Records.Find("GNU.sparse.major") is { } major && major.AsSpan().SequenceEqual("1"u8))
            {
                (segments, var used) = await SparseMap.ReadDataAsync(_input, _stored, _maxHeaderBytes, cancellationToken)
                    .ConfigureAwait(false);
                _stored -= used;
            }
            else
            {
                segments = SparseMap.ReadRecords(_extensions.Records);
            }

            _sparse = SparseMap.Create(segments, realSize, _stored);
        }

        return _sparse is null ? entry : entry with { Size = _sparse.RealSize };
    }
}

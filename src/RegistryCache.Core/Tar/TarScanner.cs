using RegistryCache.Core.Entries;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>
/// Reads a tar entry by entry: v7, ustar, pax and GNU. It is strict where two readers could see two different archives; paths come
/// out as the archive has them and are not safe yet.
/// </summary>
internal sealed class TarScanner : IEntryContent, IDisposable
{
    private readonly TarInput _input;
    private readonly int _maxHeaderBytes;
    private readonly PaxRecords _pax = new();
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

    /// <summary>The next entry, whatever is left of the current one being skipped; <see langword="null"/> at the end of the
    /// archive.</summary>
    public async ValueTask<LayerEntry?> NextAsync(CancellationToken cancellationToken)
    {
        await _input.SkipAsync(_stored, cancellationToken).ConfigureAwait(false);

        // Some writers leave out the padding of the last entry, and what ends an archive with it.
        if (!await _input.TrySkipAsync(_padding, cancellationToken).ConfigureAwait(false))
            return null;
        (_stored, _padding, _sparse) = (0, 0, null);
        _pax.ClearLocal();
        string? longName = null, longLink = null;
        var headerBytes = 0L;
        var hasExtension = false;
        while (true)
        {
            var position = _input.Position;
            var block = await _input.ReadBlockAsync(cancellationToken).ConfigureAwait(false);
            if (block is not { } header || !header.Span.ContainsAnyExcept((byte)0))
                return hasExtension
                    ? throw LayerPaths.Invalid("The tar ends after an extended header, before the entry that it describes")
                    : null;
            TarHeader.VerifyChecksum(header.Span, position, _ignored);
            var type = header.Span[TypeOffset];
            if (type is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
                return await StartEntryAsync(header, longName, longLink, cancellationToken).ConfigureAwait(false);

            hasExtension |= type != 'g';
            var size = TarNumber.Parse(header.Span.Slice(SizeOffset, 12), "size of an extended header");
            headerBytes += BlockSize + Math.Max(size, 0);
            if (size < 0)
                throw LayerPaths.Invalid("An extended header has a negative size");
            if (headerBytes > _maxHeaderBytes)
                throw new LimitExceededException(
                    $"The headers of the entry at offset {position}", "RestoreLimits.MaxHeaderBytes", _maxHeaderBytes, headerBytes);
            var data = await _input.ReadExactlyAsync((int)size, cancellationToken).ConfigureAwait(false);
            await _input.SkipAsync(Padding(size), cancellationToken).ConfigureAwait(false);
            if (type is (byte)'x' or (byte)'g')
                _pax.Read(data, type == 'g');
            else if (type == 'L')
                longName = LongText(data);
            else
                longLink = LongText(data);
        }
    }

    /// <inheritdoc/>
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
    public ValueTask<long> DrainAsync(long max, CancellationToken cancellationToken) => _input.DrainAsync(max, cancellationToken);

    public void Dispose() => _input.Dispose();

    private static string LongText(ReadOnlySpan<byte> data)
    {
        data = data.TrimEnd((byte)0);
        return data.Contains((byte)0) ? throw LayerPaths.Invalid("A long name contains a NUL character") : PathText.Decode(data);
    }

    private async ValueTask<LayerEntry> StartEntryAsync(
        ReadOnlyMemory<byte> header, string? longName, string? longLink, CancellationToken cancellationToken)
    {
        var entry = TarHeader.Parse(header.Span, _pax, longName, longLink);
        if (entry.Kind != LayerEntryKind.File)
        {
            if (entry.Size != 0)
                throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' has the name of a directory but {entry.Size} bytes of content");
            _ignored = TarHeader.IgnoredSize(header.Span, _pax) is > 0 and var size ? (entry.Path, size) : null;
            return entry;
        }

        _ignored = null;

        _stored = entry.Size;
        _padding = Padding(entry.Size);
        _logical = 0;
        _segment = 0;
        if (header.Span[TypeOffset] == 'S')
        {
            // The block is the input's buffer, which the blocks of the map may overwrite.
            var (segments, realSize) = await SparseMap.ReadOldAsync(
                header.ToArray(), _input, _maxHeaderBytes, cancellationToken).ConfigureAwait(false);
            _sparse = SparseMap.Create(segments, realSize, _stored);
        }
        else if (TarHeader.SparseSize(_pax) is { } realSize)
        {
            List<(long Offset, long Length)> segments;
            if (_pax.Find("GNU.sparse.major") is { } major && major.AsSpan().SequenceEqual("1"u8))
            {
                (segments, var used) = await SparseMap.ReadDataAsync(_input, _stored, _maxHeaderBytes, cancellationToken)
                    .ConfigureAwait(false);
                _stored -= used;
            }
            else
            {
                segments = SparseMap.ReadRecords(_pax);
            }

            _sparse = SparseMap.Create(segments, realSize, _stored);
        }

        return _sparse is null ? entry : entry with { Size = _sparse.RealSize };
    }
}

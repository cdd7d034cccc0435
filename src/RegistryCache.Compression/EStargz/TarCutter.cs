using System.Buffers;
using System.IO.Hashing;
using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Tar;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Compression.EStargz;

/// <summary>Cuts a tar into members: a new one begins at the payload of each regular file that is not empty, and every 4 MiB inside it.
/// Bytes pass unchanged. Only a tar without an end gets one, because the table of contents follows it. Pieces end where members do, unless
/// a member is too long to keep in memory.</summary>
internal sealed class TarCutter(Stream tar, DigestHasher? hasher, ArrayPool<byte> arrays) : IDisposable
{
    private const int EnoughForAPiece = 1024 * 1024;
    private const int TooMuchForAPiece = 8 * 1024 * 1024;

    /// <summary>As in Go's archive/tar.</summary>
    private const int MaxExtensionLength = 1024 * 1024;

    private readonly TarInput _input = new(tar);
    private readonly TarExtensions _extensions = new(TarTolerances.Stargz);
    private readonly TocEntryReader _entries = new();
    private readonly DigestHasher _fileDigest = new(DigestAlgorithm.Sha256);
    private readonly Crc32 _crc = new();
    private TarPiece _piece = new(arrays);
    private MemberPart? _part;
    private long _memberLength;
    private TocEntry? _file;
    private long _fileLeft;
    private long _paddingLeft;
    private long _paddingMayMiss;
    private bool _archiveEnded;
    private bool _done;

    /// <summary>Hashes the tar without the added zeros; <see langword="null"/> when the reading side does.</summary>
    public DigestHasher? Hasher => hasher;

    /// <summary>How many bytes of tar were cut, with those that were added.</summary>
    public long Length { get; private set; }

    /// <summary>How many zeros were added at the end of the tar.</summary>
    public int Added { get; private set; }

    public void Dispose()
    {
        _input.Dispose();
        _piece.Dispose();
        _fileDigest.Dispose();
        hasher?.Dispose();
    }

    /// <summary>The next piece, or <see langword="null"/> at the end.</summary>
    public async ValueTask<TarPiece?> NextAsync(CancellationToken cancellationToken)
    {
        while (!_done)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_fileLeft > 0)
            {
                if (_piece.Content.Length >= EnoughForAPiece || IsTooFullFor(Math.Min(_fileLeft, EStargzFormat.ChunkLength)))
                    return Detach(memberEnds: true);
                await TakeChunkAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (_piece.Content.Length >= TooMuchForAPiece)
            {
                return Detach(memberEnds: false);
            }
            else if (_paddingLeft > 0)
            {
                await TakePaddingAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (!await TakeHeaderAsync(cancellationToken).ConfigureAwait(false))
            {
                _done = true;
                return _memberLength == 0 ? null : Detach(memberEnds: true);
            }
        }

        return null;
    }

    /// <summary>A chunk goes into a new piece rather than into a larger array.</summary>
    private bool IsTooFullFor(long chunk) => _piece.Content.Length > 0 && _piece.Content.Length + chunk > EStargzFormat.ChunkLength;

    private async ValueTask TakeChunkAsync(CancellationToken cancellationToken)
    {
        var file = _file!;
        var position = file.Size - _fileLeft;
        var length = (int)Math.Min(_fileLeft, EStargzFormat.ChunkLength);
        var entry = position == 0 ? file : new TocEntry { Name = file.Name, Type = EStargzFormat.ChunkType, ChunkOffset = position };

        // The last chunk leaves its size out, except, as in the original, when it is exactly of chunk length.
        if (_fileLeft >= EStargzFormat.ChunkLength)
            entry.ChunkSize = length;
        BeginMember(entry, length, isWholeFile: length == file.Size);
        var start = _piece.Content.Length;
        await TakeAsync(length, cancellationToken).ConfigureAwait(false);
        _fileLeft -= length;
        if (length == file.Size)
            return;

        // The table of contents has the digest of each chunk and of the whole file. They begin with the same bytes.
        _fileDigest.Append(_piece.Content.Written.Span[start..]);
        if (position == 0)
            entry.ChunkDigest = _fileDigest.Current().ToString();
        if (_fileLeft == 0)
            file.Digest = _fileDigest.Finish().ToString();
    }

    private async ValueTask TakePaddingAsync(CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(_paddingLeft, EnoughForAPiece);
        EnsureMember();

        // Every reader accepts a tar whose last file lacks its padding, if nothing follows.
        var missing = length - await TakeUpToAsync(length, cancellationToken).ConfigureAwait(false);
        _paddingLeft -= length - missing;
        if (missing == 0)
            return;
        if (_paddingLeft > _paddingMayMiss)
            throw CutOff();
        AddZeros((int)_paddingLeft);
        _paddingLeft = 0;
    }

    private async ValueTask<bool> TakeHeaderAsync(CancellationToken cancellationToken)
    {
        if (_archiveEnded)
            return await TakeRestAsync(cancellationToken).ConfigureAwait(false);
        var offset = _input.Position;
        if (await _input.ReadBlockAsync(cancellationToken).ConfigureAwait(false) is not { } block)
            return TakeMissingEnd();

        EnsureMember();
        Take(block.Span);
        if (!block.Span.ContainsAnyExcept((byte)0))
        {
            _extensions.CheckEnd();
            _archiveEnded = true;
            return true;
        }

        var header = new TarHeader(block.Span, _extensions);
        header.VerifyChecksum(offset);
        if (TarExtensions.IsExtension(header.Type))
        {
            await TakeExtensionAsync(header.Type, header.StatedSize, cancellationToken).ConfigureAwait(false);
            return true;
        }

        var (entry, stored) = (_entries.Read(header), header.Size);
        if (stored > long.MaxValue - BlockSize)
            throw LayerPaths.Invalid($"The size of an entry is {stored}");
        var mapContinues = header is { Type: (byte)'S', SparseMapContinues: true };
        _extensions.Clear();
        while (mapContinues)
        {
            var start = _piece.Content.Length;
            await TakeAsync(BlockSize, cancellationToken).ConfigureAwait(false);
            mapContinues = _piece.Content.Written.Span[start + SparseContinuesOffset] != 0;
        }

        _paddingMayMiss = Padding(stored);
        if (entry?.Type == EStargzFormat.RegularType && stored > 0)
        {
            _file = entry;
            _fileLeft = stored;
            _paddingLeft = Padding(stored);
        }
        else
        {
            if (entry is not null)
                _piece.Entries.Add(entry);
            _paddingLeft = stored + Padding(stored);
        }

        return true;
    }

    private async ValueTask TakeExtensionAsync(byte type, long length, CancellationToken cancellationToken)
    {
        if (length is < 0 or > MaxExtensionLength)
            throw LayerPaths.Invalid($"An extended header has {length} bytes. The most is 1 MiB");
        var start = _piece.Content.Length;
        await TakeAsync((int)length, cancellationToken).ConfigureAwait(false);
        _extensions.Add(type, _piece.Content.Written.Span.Slice(start, (int)length));
        _paddingLeft = Padding(length);
        _paddingMayMiss = 0;
    }

    /// <summary>Without an end, readers of the whole layer would take the table of contents for one of its files.</summary>
    private bool TakeMissingEnd()
    {
        _extensions.CheckEnd();
        if (Length == 0)
            return false;
        EnsureMember();
        AddZeros(2 * BlockSize);
        _archiveEnded = true;
        return true;
    }

    /// <summary>What follows the first zero block belongs to no entry but to the layer.</summary>
    private async ValueTask<bool> TakeRestAsync(CancellationToken cancellationToken)
    {
        var rest = await _input.TryReadAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        if (rest.IsEmpty)
            return false;
        EnsureMember();
        Take(rest.Span);
        return true;
    }

    private async ValueTask TakeAsync(int length, CancellationToken cancellationToken)
    {
        if (await TakeUpToAsync(length, cancellationToken).ConfigureAwait(false) < length)
            throw CutOff();
    }

    /// <summary>Fewer bytes are taken only at the end of the tar.</summary>
    private async ValueTask<int> TakeUpToAsync(int length, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (taken < length
            && await _input.TryReadAsync(length - taken, cancellationToken).ConfigureAwait(false) is { IsEmpty: false } part)
        {
            Take(part.Span);
            taken += part.Length;
        }

        return taken;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        hasher?.Append(bytes);
        Add(bytes);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _crc.Append(bytes);
        _piece.Content.Write(bytes);
        _memberLength += bytes.Length;
        Length += bytes.Length;
    }

    /// <summary>Adds what the tar lacks at its end, at most two blocks and the padding of a file.</summary>
    private void AddZeros(int count)
    {
        Added += count;
        Span<byte> zeros = stackalloc byte[2 * BlockSize];
        zeros.Clear();
        Add(zeros[..count]);
    }

    private void BeginMember(TocEntry payload, int payloadLength, bool isWholeFile)
    {
        EndPart(memberEnds: true);
        _part = new MemberPart(_piece.Content.Length, Begins: true, payload) { PayloadLength = payloadLength, IsWholeFile = isWholeFile };
        _piece.Parts.Add(_part);
        _piece.Entries.Add(payload);
    }

    private void EnsureMember()
    {
        if (_part is not null)
            return;
        _part = new MemberPart(_piece.Content.Length, Begins: _memberLength == 0, Payload: null);
        _piece.Parts.Add(_part);
    }

    private void EndPart(bool memberEnds)
    {
        // A member that continues from the piece before may end exactly where this one begins.
        if (_part is null && _memberLength > 0)
            EnsureMember();
        if (_part is null)
            return;
        _part.Length = _piece.Content.Length - _part.Start;
        _part.Ends = memberEnds;
        if (memberEnds)
        {
            _part.Crc = _crc.GetCurrentHashAsUInt32();
            _part.MemberLength = _memberLength;
            _crc.Reset();
            _memberLength = 0;
        }

        _part = null;
    }

    private TarPiece Detach(bool memberEnds)
    {
        EndPart(memberEnds);
        var piece = _piece;
        _piece = new TarPiece(arrays);
        return piece;
    }

    private LayerFormatException CutOff() => LayerPaths.Invalid($"The tar ends at offset {Length}, in the middle of an entry");
}

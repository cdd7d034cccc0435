using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace RegistryCache.Compression.EStargz;

/// <summary>
/// Cuts a tar into members: a new one begins at the payload of each regular file that is not empty, and every 4 MiB inside it. Bytes
/// pass unchanged, whatever they are; only a tar whose end is missing gets one, because the table of contents follows it. Pieces end
/// where members do, unless a member is too long to hold.
/// </summary>
internal sealed class TarCutter(Stream tar, IncrementalHash diffId, ArrayPool<byte> arrays) : IDisposable
{
    private const int EnoughForAPiece = 1024 * 1024;
    private const int TooMuchForAPiece = 8 * 1024 * 1024;

    private readonly TarInput _input = new(tar, diffId);
    private readonly TarEntryReader _entries = new();
    private readonly IncrementalHash _fileDigest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
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

    /// <summary>How many bytes of tar were cut.</summary>
    public long Length => _input.Position;

    public void Dispose()
    {
        _piece.Dispose();
        _fileDigest.Dispose();
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

    /// <summary>A chunk is put into a piece of its own rather than into a larger array.</summary>
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
        if (length != file.Size)
            _fileDigest.AppendData(_piece.Content.Written.Span[start..]);
        _fileLeft -= length;
        if (_fileLeft == 0 && length != file.Size)
            file.Digest = Digest.FromHash(DigestAlgorithm.Sha256, _fileDigest.GetHashAndReset()).ToString();
    }

    private async ValueTask TakePaddingAsync(CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(_paddingLeft, EnoughForAPiece);
        EnsureMember();

        // A tar whose last file lacks its padding is still read by every reader, as long as nothing follows.
        var missing = length - await TakeUpToAsync(length, cancellationToken).ConfigureAwait(false);
        _paddingLeft -= length - missing;
        if (missing == 0)
            return;
        if (_paddingLeft > _paddingMayMiss)
            throw TarHeader.InvalidTar(_input.Position, "it ends inside an entry");
        AddZeros((int)_paddingLeft);
        _paddingLeft = 0;
    }

    private async ValueTask<bool> TakeHeaderAsync(CancellationToken cancellationToken)
    {
        if (_archiveEnded)
            return await TakeRestAsync(cancellationToken).ConfigureAwait(false);
        if (!await _input.EnsureAsync(TarHeader.BlockLength, cancellationToken).ConfigureAwait(false))
            return TakeMissingEnd();

        EnsureMember();
        var offset = _input.Position;
        if (TarHeader.IsZero(_input.Ready[..TarHeader.BlockLength]))
        {
            _entries.CheckEnd(offset);
            Take(TarHeader.BlockLength);
            _archiveEnded = true;
            return true;
        }

        var header = TarHeader.Parse(_input.Ready[..TarHeader.BlockLength], offset);
        Take(TarHeader.BlockLength);
        if (TarEntryReader.IsExtension(header))
        {
            var start = _piece.Content.Length;
            var length = TarEntryReader.ExtensionLength(header, offset);
            await TakeAsync(length, cancellationToken).ConfigureAwait(false);
            _entries.AddExtension(header, _piece.Content.Written.Span.Slice(start, length), offset);
            _paddingLeft = Padding(length);
            _paddingMayMiss = 0;
            return true;
        }

        while (header.Type == TarEntryReader.GnuSparse && header.SparseMapContinues)
        {
            var start = _piece.Content.Length;
            await TakeAsync(TarHeader.BlockLength, cancellationToken).ConfigureAwait(false);
            if (_piece.Content.Written.Span[start + TarEntryReader.SparseContinuesAt] == 0)
                break;
        }

        var (entry, stored) = _entries.Finish(header, offset);
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
            _paddingLeft = checked(stored + Padding(stored));
        }

        return true;
    }

    /// <summary>Without an end, readers of the whole layer would take the table of contents for one of its files.</summary>
    private bool TakeMissingEnd()
    {
        if (_input.Available != 0)
            throw TarHeader.InvalidTar(_input.Position, "it ends inside a header");
        _entries.CheckEnd(_input.Position);
        if (_input.Position == 0)
            return false;
        EnsureMember();
        AddZeros(2 * TarHeader.BlockLength);
        _archiveEnded = true;
        return true;
    }

    /// <summary>What follows the first zero block belongs to no entry but to the layer.</summary>
    private async ValueTask<bool> TakeRestAsync(CancellationToken cancellationToken)
    {
        if (!await _input.EnsureAsync(1, cancellationToken).ConfigureAwait(false))
            return false;
        EnsureMember();
        Take(_input.Available);
        return true;
    }

    private async ValueTask TakeAsync(int length, CancellationToken cancellationToken)
    {
        if (await TakeUpToAsync(length, cancellationToken).ConfigureAwait(false) < length)
            throw TarHeader.InvalidTar(_input.Position, "it ends inside an entry");
    }

    /// <summary>Fewer bytes are taken only at the end of the tar.</summary>
    private async ValueTask<int> TakeUpToAsync(int length, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (taken < length && await _input.EnsureAsync(1, cancellationToken).ConfigureAwait(false))
        {
            var count = Math.Min(length - taken, _input.Available);
            Take(count);
            taken += count;
        }

        return taken;
    }

    private void Take(int count)
    {
        _crc.Append(_input.Ready[..count]);
        _memberLength += count;
        _input.Take(count, _piece.Content);
    }

    private void AddZeros(int count)
    {
        _input.AddZeros(count);
        Take(count);
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
        // A member that went on from the piece before may end right where this one begins.
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

    private static long Padding(long length) => (TarHeader.BlockLength - (length % TarHeader.BlockLength)) % TarHeader.BlockLength;
}

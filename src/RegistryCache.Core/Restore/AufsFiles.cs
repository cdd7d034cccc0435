using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>The files that AUFS kept in <c>.wh..wh.plnk</c> of one layer. They are not a part of the result, but hard links of the layer
/// can lead to them: each such link becomes a file with that content. As in containerd, only the last part of the path counts.</summary>
internal sealed class AufsFiles : IAsyncDisposable
{
    private const string Directory = ".wh..wh.plnk/";
    private const int PieceLength = 64 * 1024;
    private readonly Dictionary<string, (LayerEntry Entry, long Start)> _files = new(StringComparer.Ordinal);
    private SpoolFile? _spool;
    private long _end;

    /// <summary>Keeps the content of an entry if links can lead to it. All contents share one file.</summary>
    public async ValueTask KeepAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        if (entry.Kind != LayerEntryKind.File || !entry.Path.StartsWith(Directory, StringComparison.Ordinal))
            return;
        _spool ??= SpoolFile.Create();
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.Length: > 0 } piece)
        {
            _spool.Stream.Position = _end + piece.Offset;
            await _spool.Stream.WriteAsync(piece.Data, cancellationToken).ConfigureAwait(false);
        }

        _files[NameOf(entry.Path)] = (entry, _end);
        _end += entry.Size;
        _spool.Stream.SetLength(_end);
    }

    /// <summary>The file that a hard link leads to; <see langword="null"/> when this layer does not have it so far.</summary>
    public (LayerEntry Entry, IEntryContent Content)? Find(string target) =>
        target.StartsWith(Directory, StringComparison.Ordinal) && _files.TryGetValue(NameOf(target), out var file)
            ? (file.Entry, new Kept(_spool!.Stream, file.Start, file.Entry.Size))
            : null;

    public ValueTask DisposeAsync() => _spool?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string NameOf(string path) => LayerPaths.Split(path).Name;

    private sealed class Kept(Stream file, long start, long size) : IEntryContent
    {
        private readonly byte[] _piece = new byte[(int)Math.Min(size, PieceLength)];
        private long _offset;

        public async ValueTask<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellationToken)
        {
            var piece = _piece.AsMemory(0, (int)Math.Min(_piece.Length, size - _offset));
            file.Position = start + _offset;
            await file.ReadExactlyAsync(piece, cancellationToken).ConfigureAwait(false);
            var at = _offset;
            _offset += piece.Length;
            return (at, piece);
        }
    }
}

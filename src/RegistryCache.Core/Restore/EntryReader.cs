using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>Reads layers, checks every path and counts against the limits. Links in the result are not safe to follow.</summary>
internal sealed class EntryReader(RestoreLimits limits)
{
    private EntryTimes? _timesOfNext;
    private IndexedTimes? _timesOfAllNext;
    private long _read;

    /// <summary>The entries, without the files in which this library keeps times and indexes.</summary>
    public long Entries { get; private set; }

    public long Bytes { get; private set; }

    public async Task ReadAsync(Stream layer, ILayerTarget target, CancellationToken cancellationToken)
    {
        using var scanner = new TarScanner(layer, limits.MaxHeaderBytes);
        await ReadAsync(scanner.NextAsync, scanner, target, cancellationToken).ConfigureAwait(false);
        await scanner.DrainAsync(limits.MaxTotalBytes - Bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the entries of a layer from a list. They come without content.</summary>
    public async Task ReadAsync(IEnumerable<LayerEntry> layer, ILayerTarget target, CancellationToken cancellationToken)
    {
        using var entries = layer.GetEnumerator();
        await ReadAsync(
            _ => ValueTask.FromResult(entries.MoveNext() ? entries.Current : null), NoContent.Instance, target, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task ReadAsync(
        Func<CancellationToken, ValueTask<LayerEntry?>> next,
        IEntryContent scanner,
        ILayerTarget target,
        CancellationToken cancellationToken)
    {
        var aufs = new AufsFiles();
        await using var _ = aufs.ConfigureAwait(false);
        await target.BeginLayerAsync().ConfigureAwait(false);
        var times = _timesOfNext;
        _timesOfNext = null;
        while (await next(cancellationToken).ConfigureAwait(false) is { } raw)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++_read > limits.MaxEntries)
                throw new LimitExceededException("The number of entries", "RestoreLimits.MaxEntries", limits.MaxEntries);
            if (raw.Path == EntryTimes.FileName)
            {
                _timesOfNext = await EntryTimes.ReadAsync(raw, scanner, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (raw.Path == EntryIndex.FileName)
            {
                var index = await EntryIndex.ReadAsync(raw, scanner, cancellationToken).ConfigureAwait(false);
                _timesOfAllNext = index is { HasTimes: true } ? new IndexedTimes(index) : null;
                continue;
            }

            var named = Count(times?.Date(raw) ?? raw);
            if (LayerPaths.IsOfAufs(named.Path))
            {
                await aufs.KeepAsync(named, scanner, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var (entry, content) = Check(named, aufs);
            var own = raw.IsEscaped ? NameEscapes.Unescape(entry) : entry;
            await target.ApplyAsync(_timesOfAllNext?.Date(own) ?? own, content ?? scanner, cancellationToken).ConfigureAwait(false);
        }
    }

    private LayerEntry Count(LayerEntry raw)
    {
        var entry = raw with { Path = LayerPaths.Normalize(raw.Path, "The path", limits) };
        if (entry.Path.Length == 0 && entry.Kind != LayerEntryKind.Directory)
            throw LayerPaths.Unsafe($"The entry '{ErrorText.Quote(raw.Path)}' would replace the folder itself");
        CountBytes(entry);
        Entries++;
        return entry;
    }

    private void CountBytes(LayerEntry entry)
    {
        if (entry.Size > limits.MaxFileBytes)
            throw new LimitExceededException(
                $"The file '{ErrorText.Quote(entry.Path)}'", "RestoreLimits.MaxFileBytes", limits.MaxFileBytes, entry.Size);
        if (entry.Size > limits.MaxTotalBytes - Bytes)
            throw new LimitExceededException("The content of all files", "RestoreLimits.MaxTotalBytes", limits.MaxTotalBytes);
        Bytes += entry.Size;
    }

    // With the entry comes its content if that is not what follows in the tar.
    private (LayerEntry Entry, IEntryContent? Content) Check(LayerEntry entry, AufsFiles aufs)
    {
        var role = LayerPaths.Classify(entry);
        if (role.Kind != entry.Kind)
            return (entry with { Kind = role.Kind, Path = role.Path, LinkTarget = "" }, null);
        if (entry.Kind == LayerEntryKind.SymbolicLink)
            return (Checked(entry), null);
        if (entry.Kind != LayerEntryKind.HardLink)
            return (entry, null);
        var link = entry with { LinkTarget = HardLinkTarget(entry) };
        if (!LayerPaths.IsOfAufs(link.LinkTarget))
            return (link, null);
        var (file, content) = aufs.Find(link.LinkTarget) ?? throw LayerPaths.Invalid(
            $"The hard link '{ErrorText.Quote(entry.Path)}' leads to '{ErrorText.Quote(link.LinkTarget)}', "
            + "which is AUFS metadata that the layer does not have before it");

        // Each link is a file of its own, so each counts.
        file = file with { Path = entry.Path };
        CountBytes(file);
        return (file, content);
    }

    private string HardLinkTarget(LayerEntry entry)
    {
        var target = LayerPaths.Normalize(entry.LinkTarget, "The target of a hard link", limits);
        if (target == entry.Path || target.StartsWith(entry.Path + "/", StringComparison.Ordinal))
            throw LayerPaths.Invalid($"'{ErrorText.Quote(entry.Path)}' is a hard link to itself");
        return target.Length > 0 ? target : throw LayerPaths.Unsafe($"'{ErrorText.Quote(entry.Path)}' is a hard link to the folder itself");
    }

    private LayerEntry Checked(LayerEntry entry)
    {
        if (entry.LinkTarget.Length == 0 || entry.LinkTarget.Contains('\0'))
            throw LayerPaths.Invalid($"The symbolic link '{ErrorText.Quote(entry.Path)}' has no valid target");
        return PathText.Encode(entry.LinkTarget).Length <= limits.MaxLinkBytes
            ? entry
            : throw new LimitExceededException(
                $"The target of the symbolic link '{ErrorText.Quote(entry.Path)}'", "RestoreLimits.MaxLinkBytes", limits.MaxLinkBytes);
    }

    private sealed class NoContent : IEntryContent
    {
        public static readonly NoContent Instance = new();

        public ValueTask<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<(long, ReadOnlyMemory<byte>)>((0, default));
    }
}

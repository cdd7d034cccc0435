using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Comparison;

/// <summary>Compares the entries of two layers. Both are read once, as streams. Of the first one, each path is kept with its metadata and a
/// hash, never its content; the limits of a restore bound how many there are.</summary>
internal sealed class LayerComparer(LayerCodecSet codecs, LayerOptions layerOptions, RestoreLimits limits, ProgressMeter? progress)
{
    public async Task<LayerComparison> CompareAsync(CacheLayer left, CacheLayer right, CancellationToken cancellationToken)
    {
        var comparison = new LayerComparison(left, right);
        if (left.Digest == right.Digest || left.DiffId is { } id && id == right.DiffId)
            return comparison;
        progress?.Expect(left.Descriptor.Size + right.Descriptor.Size);
        var entries = new Dictionary<string, Seen>(StringComparer.Ordinal);
        await ReadAsync(left, (entry, content) => entries[entry.Path] = new Seen(entry, content), cancellationToken).ConfigureAwait(false);

        // When a path is there twice, the later entry counts, as when the layer is unpacked.
        var others = new Dictionary<string, FileDifference?>(StringComparer.Ordinal);
        await ReadAsync(
            right,
            (entry, content) => others[entry.Path] = entries.TryGetValue(entry.Path, out var seen)
                ? seen.Against(entry, content)
                : new FileDifference(null, entry, HasOtherContent: false),
            cancellationToken).ConfigureAwait(false);
        progress?.Complete();
        var removed = entries.Values.Where(e => !others.ContainsKey(e.Entry.Path)).Select(e => new FileDifference(e.Entry, null, false));
        return comparison with
        {
            Files = [.. others.Values.OfType<FileDifference>().Concat(removed).OrderBy(f => f.Path, StringComparer.Ordinal)],
            Same = others.Values.LongCount(f => f is null),
        };
    }

    private async Task ReadAsync(CacheLayer layer, Action<LayerEntry, Digest?> onEntry, CancellationToken cancellationToken)
    {
        var content = progress?.Measure(layer.Content, layer.Digest) ?? layer.Content;
        var tar = await LayerReader.OpenAsync(layer.Descriptor, content, codecs, layerOptions, cancellationToken)
            .ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
        {
            using var target = new HashingTarget(onEntry);
            await new EntryReader(limits).ReadAsync(tar, target, cancellationToken).ConfigureAwait(false);

            // The layer is verified at its end.
            await tar.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }

    private readonly record struct Seen(LayerEntry Entry, Digest? Content)
    {
        public FileDifference? Against(LayerEntry other, Digest? content)
        {
            return What(Entry).Equals(What(other)) && Content == content
                ? null
                : new FileDifference(Entry, other, HasOtherContent: Content is { } ours && content is { } theirs && ours != theirs);
        }

        private static object What(LayerEntry e) =>
            (e.Kind, e.Mode, e.UserId, e.GroupId, e.Size, e.LinkTarget, e.DeviceMajor, e.DeviceMinor);
    }

    private sealed class HashingTarget(Action<LayerEntry, Digest?> onEntry) : ILayerTarget, IDisposable
    {
        private readonly DigestHasher _hash = new(DigestAlgorithm.Sha256);

        public ValueTask BeginLayerAsync() => ValueTask.CompletedTask;

        public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
        {
            if (entry.Kind != LayerEntryKind.File)
            {
                onEntry(entry, null);
                return;
            }

            // A hole is not read, so it is not the same as zeros.
            var end = 0L;
            while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { Data.IsEmpty: false } piece)
            {
                if (piece.Offset != end)
                    _hash.Append(BitConverter.GetBytes(piece.Offset));
                _hash.Append(piece.Data.Span);
                end = piece.Offset + piece.Data.Length;
            }

            onEntry(entry, _hash.Finish());
        }

        public void Dispose() => _hash.Dispose();
    }
}

using RegistryCache.Core.Loading;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Streams;
using RegistryCache.Core.Tar;
using RegistryCache.Layers;

namespace RegistryCache.Core.Files;

/// <summary>The files of some layers together, as a restore would put them into a folder. Of a layer with its own list of files only the
/// list is fetched. Any other layer is read to its end, so it is verified. Memory grows with the number of paths, not with
/// content.</summary>
internal sealed class LayerTree : IAsyncDisposable
{
    private readonly IReadOnlyList<LayerLoad> _layers;
    private readonly RestoreLimits _limits;
    private readonly ProgressMeter? _meter;
    private readonly string? _spoolDirectory;
    private readonly MemoryTarget _tree;
    private readonly Dictionary<int, (ILayerFiles Files, ByteRangeReader Blob)> _lists = [];
    private readonly string? _wanted;
    private SpoolFile? _spool;
    private TreeFile? _spooled;

    private LayerTree(
        IReadOnlyList<CacheLayer> layers, SessionContext context, LayerFileOptions options, bool isWhole, string? wanted)
    {
        _meter = ProgressMeter.Create(options.Progress, CachePhase.Examining, context.Time);
        _layers = [.. layers.Select(l => new LayerLoad(l, context, _meter))];
        _limits = options.Limits ?? new RestoreLimits();
        _spoolDirectory = context.Limits.SpoolDirectory;
        _wanted = wanted;
        _tree = new MemoryTarget(_limits.MaxPathDepth, KeepAsync, isWhole);
    }

    /// <summary>Called with an error of a layer, also one that comes while an opened file is read.</summary>
    public Action<LayerLoad?, RegistryCacheException>? Failed { private get; set; }

    /// <summary>Reads what the layers hold.</summary>
    /// <param name="layers">The layers, base first.</param>
    /// <param name="context">Reads layers.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="isWhole">Whether there are no layers below them.</param>
    /// <param name="wanted">The path of a file whose content is kept when it comes by; <see langword="null"/> for none.</param>
    /// <param name="failed">Called with an error of a layer.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public static async Task<LayerTree> ReadAsync(
        IReadOnlyList<CacheLayer> layers,
        SessionContext context,
        LayerFileOptions? options,
        bool isWhole,
        string? wanted,
        Action<LayerLoad?, RegistryCacheException>? failed,
        CancellationToken cancellationToken)
    {
        // Text comparison is enough: a path that leads through links is found in the tree and read again.
        var path = wanted is null ? null : string.Join('/', wanted.Split('/').Where(part => part is not ("" or ".")));
        while (true)
        {
            var tree = new LayerTree(layers, context, options ?? new LayerFileOptions(), isWhole, path) { Failed = failed };
            try
            {
                await tree.ReadAsync(cancellationToken).ConfigureAwait(false);
                return tree;
            }
            catch (RegistryCacheException e) when (ChainLoader.IsWorthAnother(tree._layers, e))
            {
                tree.Failed = null;
                await tree.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The disposal tells of a layer that could not be read. This one was read, and must not be used.
                if (e is RegistryCacheException error && tree._layers.All(l => l.Failure is null) && ChainLoader.IsAbout([], error))
                    failed?.Invoke(null, error);
                await tree.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>What the layers are, for an error.</summary>
    public string Name => _layers switch
    {
        [] => "no layers",
        [var only] => $"layer {only.Layer.Digest}",
        [.., var top] => $"layer {top.Layer.Digest} and {_layers.Count - 1} below",
    };

    /// <summary>Everything in the tree, in the order of the paths as UTF-8 bytes.</summary>
    public IReadOnlyList<LayerEntry> ToEntries() => [.. _tree.ToTree().Values.Select(c => c.Entry)];

    /// <summary>Opens a file. The tree becomes the stream's.</summary>
    /// <param name="path">The path. Symbolic links are followed inside the tree.</param>
    /// <param name="place">What the layers are, for an error.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<Stream> OpenAsync(string path, string place, CancellationToken cancellationToken)
    {
        try
        {
            var file = new TreeLookUp(_tree, place, hasLists: _lists.Count > 0).FindFile(path);
            return new TreeFileStream(this, await OpenAsync(file, cancellationToken).ConfigureAwait(false), file.Entry.Size);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, blob) in _lists.Values)
            await blob.DisposeAsync().ConfigureAwait(false);
        _lists.Clear();
        if (_spool is not null)
            await _spool.DisposeAsync().ConfigureAwait(false);
        _spool = null;
        if (Failed is not null && _layers.FirstOrDefault(l => l.Failure is not null) is { } bad)
            Failed(bad, bad.Failure!);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var reader = new EntryReader(_limits);
        for (var i = 0; i < _layers.Count; i++)
        {
            try
            {
                await ReadAsync(reader, i, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryCacheException e)
            {
                e.About("Layer", _layers[i].Layer.Digest.ToString());
                throw;
            }
        }
    }

    private async Task ReadAsync(EntryReader reader, int i, CancellationToken cancellationToken)
    {
        if (await _layers[i].TryOpenFilesAsync(cancellationToken).ConfigureAwait(false) is { } list)
        {
            if (ListCheck.IsEnough(list.Files.Entries))
            {
                _lists.Add(i, list);
                await reader.ReadAsync(list.Files.Entries, _tree, cancellationToken).ConfigureAwait(false);
                return;
            }

            await list.Blob.DisposeAsync().ConfigureAwait(false);
        }

        await ReadWholeAsync(reader, _layers[i], _tree, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadWholeAsync(EntryReader reader, LayerLoad layer, ILayerTarget target, CancellationToken cancellationToken)
    {
        _meter?.Expect(layer.Layer.Descriptor.Size);
        var tar = await layer.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (tar.ConfigureAwait(false))
            await reader.ReadAsync(tar, target, cancellationToken).ConfigureAwait(false);
        _meter?.Complete();
    }

    private async Task<Stream> OpenAsync(TreeFile file, CancellationToken cancellationToken)
    {
        if (file.Entry.Size == 0)
            return Stream.Null;
        var layer = _layers[file.Layer];
        if (_lists.TryGetValue(file.Layer, out var list))
        {
            if (layer.Layer.Content is not MirroredBlob)
                return layer.Mark(list.Files.OpenFile(file.Entry.Path));
            await CopyListedAsync(layer, list.Files, file, cancellationToken).ConfigureAwait(false);
            return await _spool!.ToSource().OpenReadAsync(cancellationToken).ConfigureAwait(false);
        }

        // The content has come by already, or the path led through a link and the layer is read once more.
        if (_spooled is null || (_spooled.Layer, _spooled.Ordinal) != (file.Layer, file.Ordinal))
        {
            var ordinal = 0;
            await ReadWholeAsync(
                new EntryReader(_limits),
                layer,
                new OneFile(_ => ordinal++ == file.Ordinal, (content, cancel) => SpoolAsync(file, content, cancel)),
                cancellationToken).ConfigureAwait(false);
        }

        return await _spool!.ToSource().OpenReadAsync(cancellationToken).ConfigureAwait(false);
    }

    // If what one source has is wrong, the file comes from a copy of the whole layer, where the numbers of the list do not count.
    private async Task CopyListedAsync(LayerLoad layer, ILayerFiles files, TreeFile file, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = layer.Mark(files.OpenFile(file.Entry.Path));
            await using (bytes.ConfigureAwait(false))
                await SpoolAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e == layer.Failure && layer.IsWorthAnother())
        {
            layer.Forgive();
            await ReadWholeAsync(
                new EntryReader(_limits), layer, new OneFile(entry => entry.Path == file.Entry.Path, Take), cancellationToken)
                .ConfigureAwait(false);
        }

        ValueTask Take(IEntryContent content, CancellationToken cancel) => SpoolAsync(file, content, cancel);
    }

    private async ValueTask<BlobSource?> KeepAsync(TreeFile file, IEntryContent content, CancellationToken cancellationToken)
    {
        if (file.Entry.Path == _wanted && !_lists.ContainsKey(file.Layer))
            await SpoolAsync(file, content, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask SpoolAsync(TreeFile file, IEntryContent content, CancellationToken cancellationToken)
    {
        _spooled = file;
        var bytes = new TarEntryStream(content, file.Entry.Size);
        await using (bytes.ConfigureAwait(false))
            await SpoolAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task SpoolAsync(Stream bytes, CancellationToken cancellationToken)
    {
        _spool ??= SpoolFile.Create(_spoolDirectory);
        _spool.Stream.SetLength(0);
        await bytes.CopyToAsync(_spool.Stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes one file of a layer that is read a second time.</summary>
    private sealed class OneFile(Func<LayerEntry, bool> isWanted, Func<IEntryContent, CancellationToken, ValueTask> take) : ILayerTarget
    {
        public ValueTask BeginLayerAsync() => ValueTask.CompletedTask;

        public ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken) =>
            isWanted(entry) ? take(content, cancellationToken) : ValueTask.CompletedTask;
    }

    private sealed class TreeFileStream(LayerTree tree, Stream inner, long size) : OwningReadStream(inner)
    {
        public override long Length => size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Inner.ReadAsync(buffer, cancellationToken);

        protected override async ValueTask CloseAsync()
        {
            await base.CloseAsync().ConfigureAwait(false);
            await tree.DisposeAsync().ConfigureAwait(false);
        }
    }
}

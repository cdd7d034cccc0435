using RegistryCache.Core.Streams;

namespace RegistryCache.Core.Restore;

/// <summary>Opens each layer while the one before it is applied, and reads its first buffers.</summary>
internal sealed class LayersAhead(IEnumerable<BlobSource> layers, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int LayersOpen = 2;
    private readonly IEnumerator<BlobSource> _layers = layers.GetEnumerator();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly Queue<Task<ReadAheadStream>> _open = new();
    private readonly Queue<string?> _names = new();

    /// <summary>What the layer that came last is called; <see langword="null"/> if its source does not say.</summary>
    public string? Name { get; private set; }

    /// <summary>The next layer, which becomes the caller's; <see langword="null"/> after the last one.</summary>
    public async ValueTask<Stream?> NextAsync()
    {
        while (_open.Count < LayersOpen && _layers.MoveNext())
        {
            var layer = _layers.Current;
            _open.Enqueue(Task.Run(() => OpenAsync(layer), CancellationToken.None));
            _names.Enqueue(layer.Name);
        }

        Name = _names.TryDequeue(out var name) ? name : null;
        return _open.TryDequeue(out var next) ? await next.ConfigureAwait(false) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var layer in _open)
        {
            // After the error of an earlier layer, its own error does not matter.
            await ((Task)layer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (layer.IsCompletedSuccessfully)
                await (await layer.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _layers.Dispose();
        _stop.Dispose();
    }

    private async Task<ReadAheadStream> OpenAsync(BlobSource layer)
    {
        var stream = new ReadAheadStream(await layer.OpenReadAsync(_stop.Token).ConfigureAwait(false));
        stream.Start();
        return stream;
    }
}

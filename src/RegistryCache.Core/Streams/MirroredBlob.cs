using System.Collections.Concurrent;

namespace RegistryCache.Core.Streams;

/// <summary>A blob that several stores have. A store that does not open it is followed by the next. Wrong bytes, or a stream that breaks
/// off, are only seen while it is read: then a copy (<see cref="FetchAsync"/>) comes from the first store that has all of it.</summary>
/// <param name="sources">The sources in their order, each from another store.</param>
/// <param name="silent">The stores that did not answer or denied access. They are asked last from then on.</param>
internal sealed class MirroredBlob(IReadOnlyList<BlobSource> sources, ConcurrentDictionary<string, bool> silent) : BlobSource
{
    public override long? Length => sources[0].Length;

    public override ImageReference? Origin => sources[0].Origin;

    internal override bool IsVerifiedStorage => sources.All(s => s.IsVerifiedStorage);

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        await FirstAsync(s => s.OpenReadAsync(cancellationToken)).ConfigureAwait(false);

    public override async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FirstAsync(s => s.OpenVerifiedAsync(descriptor, cancellationToken)).ConfigureAwait(false);

    public override Task<ByteRangeReader> OpenRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        FirstAsync(s => new ValueTask<ByteRangeReader>(s.OpenRangesAsync(descriptor, cancellationToken)));

    internal override async ValueTask<Stream> OpenStoredAsync(CancellationToken cancellationToken) =>
        await FirstAsync(s => s.OpenStoredAsync(cancellationToken)).ConfigureAwait(false);

    /// <summary>A verified copy in a temporary file, from the first store that has all of the blob.</summary>
    public Task<SpoolFile> FetchAsync(string? spoolDirectory, CancellationToken cancellationToken) => FirstAsync(async source =>
    {
        var copy = SpoolFile.Create(spoolDirectory);
        try
        {
            var stream = await source.OpenReadAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await stream.CopyToAsync(copy.Stream, cancellationToken).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    });

    /// <summary>Reads content, and once more from a copy if what came from one of several stores was wrong or broke off.</summary>
    public static async Task<T> ReadAsync<T>(
        BlobSource content, string? spoolDirectory, Func<BlobSource, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(content).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (content is MirroredBlob && MayCopiesHelp([content], e))
        {
            var copy = await ((MirroredBlob)content).FetchAsync(spoolDirectory, cancellationToken).ConfigureAwait(false);
            await using (copy.ConfigureAwait(false))
                return await read(copy.ToSource()).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an error of reading some blobs may not occur with copies of those that several stores have.</summary>
    public static bool MayCopiesHelp(IEnumerable<BlobSource> contents, RegistryCacheException error) => !error.NamesEachSource
        && error.Side switch
        {
            CacheSide.Source => true,

            // A target that verifies finds the wrong bytes of a source that does not.
            CacheSide.Target => error is ContentMismatchException,
            _ => error.IsAboutContent,
        }
        && contents.Any(c => c is MirroredBlob);

    private async Task<T> FirstAsync<T>(Func<BlobSource, ValueTask<T>> open)
    {
        RegistryCacheException? first = null;
        foreach (var source in sources.OrderBy(s => silent.ContainsKey(s.Place!)))
        {
            try
            {
                return await open(source).ConfigureAwait(false);
            }
            catch (RegistryCacheException e) when (e.Side == CacheSide.Source)
            {
                if (!e.IsAboutContent)
                    silent.TryAdd(source.Place!, true);
                first ??= e;
                first.AddSource(source.Place!, e);
            }
        }

        throw first!;
    }
}

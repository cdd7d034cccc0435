using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace RegistryCache.Core.Streams;

/// <summary>A blob that several stores have. A store that does not open it is followed by the next. Wrong bytes, or a stream that breaks
/// off, are only seen while it is read. Then the blob is in doubt, and is read from a verified copy (<see cref="FetchAsync"/>).</summary>
/// <param name="sources">The sources in their order, each from another store.</param>
/// <param name="last">The stores that did not answer, denied access, or sent what was wrong. They are asked last from then on.</param>
internal sealed class MirroredBlob(IReadOnlyList<BlobSource> sources, ConcurrentDictionary<string, bool> last) : BlobSource
{
    private volatile BlobSource _opened = sources[0];
    private volatile bool _isDoubted;

    public override long? Length => sources[0].Length;

    public override ImageReference? Origin => sources[0].Origin;

    /// <summary>Whether a store sent it wrong or broke off, or no store is without a fault.</summary>
    public bool IsInDoubt => _isDoubted || sources.All(s => last.ContainsKey(s.Place!));

    internal override bool IsVerifiedStorage => sources.All(s => s.IsVerifiedStorage);

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        await FirstAsync(s => s.OpenReadAsync(cancellationToken)).ConfigureAwait(false);

    public override async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FirstAsync(s => s.OpenVerifiedAsync(descriptor, cancellationToken)).ConfigureAwait(false);

    public override Task<ByteRangeReader> OpenRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        FirstAsync(s => new ValueTask<ByteRangeReader>(s.OpenRangesAsync(descriptor, cancellationToken)));

    internal override async ValueTask<Stream> OpenStoredAsync(CancellationToken cancellationToken) =>
        await FirstAsync(s => s.OpenStoredAsync(cancellationToken)).ConfigureAwait(false);

    /// <summary>Notes that what was read last was wrong or broke off.</summary>
    public void Doubt()
    {
        _isDoubted = true;
        last.TryAdd(_opened.Place!, true);
    }

    /// <summary>A verified copy in a temporary file, from the first store that has all of the blob.</summary>
    /// <param name="spoolDirectory">Where the file is; <see langword="null"/> for the system's temporary directory.</param>
    /// <param name="measure">Counts what is read.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<SpoolFile> FetchAsync(
        string? spoolDirectory, Func<BlobSource, BlobSource>? measure, CancellationToken cancellationToken)
    {
        var copy = SpoolFile.Create(spoolDirectory);
        try
        {
            return await FirstAsync(async source =>
            {
                copy.Stream.SetLength(0);
                var stream = await (measure?.Invoke(source) ?? source).OpenReadAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                    await stream.CopyToAsync(copy.Stream, cancellationToken).ConfigureAwait(false);
                return copy;
            }).ConfigureAwait(false);
        }
        catch
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads content, and once more from a copy if what came from one of several stores was wrong or broke off.</summary>
    public static async Task<T> ReadAsync<T>(
        BlobSource content, string? spoolDirectory, Func<BlobSource, Task<T>> read, CancellationToken cancellationToken)
    {
        if (content is not MirroredBlob mirrors)
            return await read(content).ConfigureAwait(false);
        if (!mirrors.IsInDoubt)
        {
            try
            {
                return await read(content).ConfigureAwait(false);
            }
            catch (RegistryCacheException e) when (IsOfSource(e))
            {
                mirrors.Doubt();
            }
        }

        var copy = await mirrors.FetchAsync(spoolDirectory, measure: null, cancellationToken).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
            return await read(copy.ToSource()).ConfigureAwait(false);
    }

    // A target that verifies finds the wrong bytes of a source that does not.
    private static bool IsOfSource(RegistryCacheException error) => error.Side switch
    {
        CacheSide.Source => true,
        CacheSide.Target => error is ContentMismatchException,
        _ => error.IsAboutContent,
    };

    private async Task<T> FirstAsync<T>(Func<BlobSource, ValueTask<T>> open)
    {
        var errors = new List<(string Source, RegistryCacheException Error)>();
        foreach (var source in sources.OrderBy(s => last.ContainsKey(s.Place!)))
        {
            try
            {
                var opened = await open(source).ConfigureAwait(false);
                _opened = source;
                return opened;
            }
            catch (RegistryCacheException e) when (e.Side == CacheSide.Source)
            {
                if (!e.IsAboutContent)
                    last.TryAdd(source.Place!, true);
                errors.Add((source.Place!, e));
            }
        }

        // A store that did not answer may still have it.
        var error = errors.Find(e => !e.Error.IsAboutContent).Error ?? errors[0].Error;
        error.Asked(errors);
        ExceptionDispatchInfo.Throw(error);
        throw error;
    }
}

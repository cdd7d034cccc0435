using System.Text;
using System.Text.Json;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Layout;

/// <summary>Reads <c>index.json</c>, and replaces it atomically under the lock.</summary>
internal sealed class LayoutIndexFile(LayoutPaths paths, LayoutBlobWriter writer, LayoutLock indexLock, OciLayoutOptions options)
{
    private const int ParseAttempts = 5;
    private static readonly byte[] Marker = Encoding.UTF8.GetBytes("""{"imageLayoutVersion":"1.0.0"}""");

    /// <summary>The index, or <see langword="null"/> if the file does not exist.</summary>
    public async Task<LayoutIndex?> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!LayoutFile.ExistsAsFile(paths.Index))
            return null;
        using var shared = await indexLock.SharedAsync(cancellationToken).ConfigureAwait(false);
        return await ParseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The index, for a caller that holds the lock.</summary>
    public async Task<LayoutIndex?> ParseAsync(CancellationToken cancellationToken)
    {
        // BuildKit rewrites the file in place, so without the lock a half-written file could be read.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadBytesAsync(cancellationToken).ConfigureAwait(false) is { } json ? LayoutIndex.Parse(json) : null;
            }
            catch (JsonException) when (attempt < ParseAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5 << attempt), options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (JsonException error)
            {
                throw new CacheFormatException(
                    RegistryCacheErrorCode.InvalidLayout,
                    $"{paths.Index} is not a valid OCI index: {ErrorText.Sentence(error.Message)} Nothing was changed. Restore the file "
                        + "from a copy, or remove it to start without tags. Manifests in blobs/ can still be read by their digest.",
                    error);
            }
        }
    }

    /// <summary>Throws if a later <see cref="PutAsync"/> would fail, before any blob is written.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        indexLock.Check();
        LayoutFile.ExistsAsFile(paths.Marker);
        _ = await ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Points a tag to a manifest that is already stored.</summary>
    public Task PutAsync(Descriptor manifest, string tag, CancellationToken cancellationToken) =>
        TryPutAsync(manifest, tag, static _ => true, cancellationToken);

    /// <summary>Points a tag to a manifest that is already stored, if the tag's current entry (or its absence) is accepted.</summary>
    public Task<bool> TryPutAsync(
        Descriptor manifest, string tag, Func<LayoutIndexEntry?, bool> accepts, CancellationToken cancellationToken) => TryChangeAsync(
        index =>
        {
            if (!accepts(index.Find(tag)))
                return false;
            index.Put(manifest, tag);
            return true;
        },
        cancellationToken);

    /// <summary>Removes the entries of a tag or digest. Returns whether there was one.</summary>
    public async Task<bool> RemoveAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        LayoutFile.ExistsAsFile(paths.Index)
        && await TryChangeAsync(index => index.Remove(reference), cancellationToken).ConfigureAwait(false);

    /// <summary>Removes a tag if it points to a manifest. Returns <see langword="false"/> if it points to another one, and
    /// <see langword="null"/> if there is no such tag.</summary>
    public async Task<bool?> RemoveAsync(string tag, Digest manifest, CancellationToken cancellationToken)
    {
        bool? found = null;
        if (LayoutFile.ExistsAsFile(paths.Index))
        {
            await TryChangeAsync(
                index =>
                {
                    found = index.Find(tag) is { } entry ? entry.Digest == manifest.ToString() : null;
                    return found == true && index.Remove(ManifestReference.ByTag(tag));
                },
                cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private async Task<bool> TryChangeAsync(Func<LayoutIndex, bool> change, CancellationToken cancellationToken)
    {
        try
        {
            LayoutFile.EnsureDirectory(paths.Root);
            using var exclusive = await indexLock.ExclusiveAsync(cancellationToken).ConfigureAwait(false);
            var index = await ParseAsync(cancellationToken).ConfigureAwait(false) ?? LayoutIndex.Create();
            if (!change(index))
                return false;
            if (!LayoutFile.ExistsAsFile(paths.Marker)
                || LayoutFile.FindLength(paths.Marker) != Marker.Length
                || !(await File.ReadAllBytesAsync(paths.Marker, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(Marker))
                await writer.ReplaceAsync(paths.Marker, Marker, cancellationToken).ConfigureAwait(false);
            await writer.ReplaceAsync(paths.Index, index.ToBytes(), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw CacheStorageException.Failed($"{paths.Index} could not be updated", error);
        }
    }

    private async Task<byte[]?> ReadBytesAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!LayoutFile.ExistsAsFile(paths.Index) || LayoutFile.FindLength(paths.Index) is not { } length)
                return null;
            var stream = LayoutFile.OpenRead(paths.Index, length);
            await using (stream.ConfigureAwait(false))
                return await BoundedRead.ToArrayAsync(
                    stream, options.MaxIndexBytes, paths.Index, "OciLayoutOptions.MaxIndexBytes", cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw CacheStorageException.Failed($"{paths.Index} could not be read", error);
        }
    }
}

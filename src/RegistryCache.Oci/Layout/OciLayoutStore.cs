using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Layout;
using RegistryCache.Storage;

namespace RegistryCache.Oci;

/// <summary>An OCI image layout directory as a store, interchangeable with BuildKit's <c>type=local</c> cache. Thread-safe, and safe for
/// several processes on one directory. Content becomes visible only when it is complete and verified. The directory may be hostile: links
/// in it are not followed, and everything read is verified. Reading creates no files. Source: OCI image-spec image-layout.md, BuildKit
/// client/ociindex/ociindex.go, containerd plugins/content/local.</summary>
public sealed class OciLayoutStore : IContentStore
{
    private const long MaxSniffedBytes = 16L << 20;

    private readonly OciLayoutOptions _options;
    private readonly LayoutPaths _paths;
    private readonly LayoutIngest _ingest;
    private readonly LayoutLock _lock;
    private readonly LayoutBlobReader _reader;
    private readonly LayoutBlobWriter _writer;
    private readonly LayoutIndexFile _index;
    private volatile bool _begun;
    private int _cleaned;

    /// <summary>Creates a store for a directory. The directory is not read or created before it is needed.</summary>
    /// <param name="directory">The directory. It is created by the first write.</param>
    /// <param name="options">Options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="RegistryCacheException">An option is out of range
    /// (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public OciLayoutStore(string directory, OciLayoutOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _options = options ?? new OciLayoutOptions();
        DisplayName = directory;
        _paths = new LayoutPaths(directory);
        _ingest = new LayoutIngest(_paths, _options);
        _lock = new LayoutLock(_paths, _options.LockWait, _options.TimeProvider);
        _reader = new LayoutBlobReader(_paths, DisplayName);
        _writer = new LayoutBlobWriter(_paths, _ingest, _options);
        _index = new LayoutIndexFile(_paths, _writer, _lock, _options);
    }

    /// <inheritdoc/>
    public string DisplayName { get; }

    /// <inheritdoc/>
    public StoreCapabilities Capabilities => StoreCapabilities.ConditionalTags | StoreCapabilities.Sweep | StoreCapabilities.ListTags
        | StoreCapabilities.DeleteManifests | StoreCapabilities.VerifiesWrites;

    /// <inheritdoc/>
    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_reader.Find(digest));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_reader.Open(descriptor));
    }

    /// <inheritdoc/>
    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_reader.OpenRanges(descriptor));
    }

    /// <inheritdoc/>
    /// <remarks>A file of another size under the blob's name is damaged. It is replaced after the new content is verified.</remarks>
    /// <exception cref="RegistryCacheException">The directory cannot be written
    /// (<see cref="RegistryCacheErrorCode.StorageFailure"/>).</exception>
    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        await BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        return await _writer.PushAsync(descriptor, source, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Readers of the damaged file keep it; it is replaced by a rename.</remarks>
    /// <exception cref="RegistryCacheException">The directory cannot be written
    /// (<see cref="RegistryCacheErrorCode.StorageFailure"/>).</exception>
    public async Task<bool> TryReplaceBlobAsync(Descriptor descriptor, BlobSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(source);
        await BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await _writer.OverwriteAsync(descriptor, source, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="ContentNotFoundException">The index names a manifest that the directory does not have.</exception>
    /// <exception cref="RegistryCacheException">The index, or the entry, is malformed
    /// (<see cref="RegistryCacheErrorCode.InvalidLayout"/>).</exception>
    public async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default)
    {
        if (await LocateAsync(reference, cancellationToken).ConfigureAwait(false) is not { } found)
            return null;
        if (MediaTypes.IsManifest(found.MediaType) || found.Size > MaxSniffedBytes)
            return found;
        return found.WithMediaType(ManifestShape.MediaTypeOf(await _reader.ReadAsync(found, cancellationToken).ConfigureAwait(false)));
    }

    /// <inheritdoc/>
    /// <exception cref="ContentNotFoundException">The index names a manifest that the directory does not have.</exception>
    /// <exception cref="RegistryCacheException">The index, or the entry, is malformed
    /// (<see cref="RegistryCacheErrorCode.InvalidLayout"/>).</exception>
    public async Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        if (await LocateAsync(reference, cancellationToken).ConfigureAwait(false) is not { } found)
            return null;
        if (found.Size > maxBytes)
            throw new LimitExceededException($"manifest {found.Digest} in {DisplayName}", ManifestContent.LimitName, maxBytes, found.Size);
        var bytes = await _reader.ReadAsync(found, cancellationToken).ConfigureAwait(false);
        return new ManifestContent(
            MediaTypes.IsManifest(found.MediaType) ? found : found.WithMediaType(ManifestShape.MediaTypeOf(bytes)), bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryCacheException">The directory cannot be written (<see cref="RegistryCacheErrorCode.StorageFailure"/>), or
    /// the index stayed locked (<see cref="RegistryCacheErrorCode.LayoutLocked"/>).</exception>
    public async Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (tag is not null)
            CheckTag(tag);
        await BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await _writer.PushAsync(manifest.Descriptor, BlobSource.FromBytes(manifest.Bytes), null, cancellationToken).ConfigureAwait(false);
        if (tag is not null)
            await _index.PutAsync(manifest.Descriptor, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(tag);
        await PushManifestAsync(manifest, tag: null, cancellationToken).ConfigureAwait(false);
        CheckTag(tag);
        return await _index.TryPutAsync(
            manifest.Descriptor, tag, current => current?.Digest == expected?.ToString(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the tags of the directory in the order of <c>index.json</c>, each once. Empty if there is no index.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RegistryCacheException">The index is malformed (<see cref="RegistryCacheErrorCode.InvalidLayout"/>).</exception>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var index = await _index.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var tag in index?.Entries.Select(e => e.RefName).OfType<string>().Where(n => n.Length > 0).Distinct() ?? [])
            yield return tag;
    }

    /// <summary>Deletes the entries of a tag, or of all tags on a digest, from <c>index.json</c>. The manifest and its blobs stay, and can
    /// be read by digest, until <see cref="SweepAsync"/> finds that no tag needs them.</summary>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether there was such an entry.</returns>
    /// <exception cref="RegistryCacheException">The index is malformed (<see cref="RegistryCacheErrorCode.InvalidLayout"/>).</exception>
    /// <exception cref="RegistryCacheException">The directory cannot be written, or the index stayed locked.</exception>
    public Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfReadOnly();
        if (reference.Tag is { } tag)
            CheckTag(tag);
        return _index.RemoveAsync(reference, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<(int RemovedBlobs, long RemovedBytes, IReadOnlyList<string> Warnings)> SweepAsync(
        CancellationToken cancellationToken = default)
    {
        var report = await ResetAsync(cancellationToken).ConfigureAwait(false);
        return (report.RemovedBlobs.Length, report.RemovedBytes, Notes(report));
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryCacheException">The index stayed locked.</exception>
    public async Task<(IReadOnlyDictionary<Digest, long> Blobs, IReadOnlyList<string> Warnings)> PlanSweepAsync(
        IReadOnlyDictionary<string, ManifestContent?> tags, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tags);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Directory.Exists(_paths.Root))
            return (ImmutableDictionary<Digest, long>.Empty, []);
        try
        {
            using var shared = await _lock.SharedAsync(cancellationToken).ConfigureAwait(false);
            using var collector = new LayoutCollector(_paths, _index, _reader, _options);
            var report = await collector.PlanAsync(tags, cancellationToken).ConfigureAwait(false);
            return (report.Removed, Notes(report));
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw CacheStorageException.Failed($"{DisplayName} could not be examined", error);
        }
    }

    /// <inheritdoc/>
    public async Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfReadOnly();
        if (tag is null)
            return (ManifestRemoval.InUse, null);
        CheckTag(tag);
        return (await _index.RemoveAsync(tag, manifest, cancellationToken).ConfigureAwait(false) switch
        {
            true => ManifestRemoval.Deleted,
            false => ManifestRemoval.InUse,
            null => ManifestRemoval.Absent,
        }, null);
    }

    /// <inheritdoc/>
    /// <remarks>The time of the last access, if the file system records it: on Linux usually to the day.</remarks>
    public Task<DateTimeOffset?> FindLastUseAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_reader.FindLastUse(digest));
    }

    /// <inheritdoc/>
    public bool TryPromise(Digest manifest, out IDisposable? promise) => LayoutPromise.TryMake(_paths.Blob(manifest), out promise);

    private string[] Notes(LayoutResetReport report)
    {
        IEnumerable<string> notes = report.Refusal is { } refusal ? [refusal] : [];
        if (report.SparedBlobs > 0)
        {
            notes = notes.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"reset kept {report.SparedBytes} bytes in {report.SparedBlobs} blobs that no tag needs, because they are younger than "
                    + $"{_options.ResetGracePeriod}: a running export may need them. OciLayoutOptions.ResetGracePeriod (--reset-age) sets "
                    + $"the age."));
        }

        if (report.PromisedBytes > 0)
        {
            notes = notes.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"reset kept {report.PromisedBytes} bytes that no tag needs, because a reader that has begun still needs them. The next "
                    + $"sweep removes them."));
        }

        return [.. notes, .. report.Warnings];
    }

    /// <summary>Removes the blobs that no tag reaches, as <c>reset=true</c> does for a local target. Every entry of the index counts,
    /// including entries of other tools. If a reachable one is missing or malformed, nothing is removed. The report says why.</summary>
    /// <param name="cancellationToken">Cancels the call. Blobs removed before that were not needed.</param>
    /// <exception cref="RegistryCacheException">The directory is read-only, or the index stayed locked.</exception>
    internal async Task<LayoutResetReport> ResetAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfReadOnly();
        if (!Directory.Exists(_paths.Root))
            return new LayoutResetReport();
        try
        {
            using var exclusive = await _lock.ExclusiveAsync(cancellationToken).ConfigureAwait(false);
            using var collector = new LayoutCollector(_paths, _index, _reader, _options);
            var report = await collector.RunAsync(_ingest, cancellationToken).ConfigureAwait(false);
            return report with { RemovedIngests = _ingest.RemoveAbandoned() };
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw CacheStorageException.Failed($"{DisplayName} could not be cleaned", error);
        }
    }

    private async Task<Descriptor?> LocateAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (reference.Tag is not { } tag)
            return _reader.Find(reference.Digest) is { } size ? new Descriptor("", reference.Digest, size) : null;
        CheckTag(tag);
        var entry = await FindAsync(tag, cancellationToken).ConfigureAwait(false);
        if (entry is null)
            return null;
        if (!Digest.TryParse(entry.Digest, out var digest))
            throw new CacheFormatException(
                RegistryCacheErrorCode.InvalidLayout,
                $"The entry of the tag in {_paths.Index} has no valid digest. Export the tag again.");

        // The size in the index is only a hint. The file's size counts, and the digest is verified.
        return _reader.Find(digest) is { } length
            ? new Descriptor(entry.MediaType ?? "", digest, length)
            : throw new ContentNotFoundException(
                // BuildKit leaves such an index when the same build exports another cache: the entry belongs to the other cache.
                $"The manifest {digest}, which index.json names for the tag '{tag}',", DisplayName,
                _reader.NotFound(digest).InnerException)
            {
                Digest = digest.ToString(),
            };
    }

    /// <summary>The entry of a tag. If its manifest is missing, the tag may just have been moved and swept, so it is looked up
    /// again.</summary>
    private async Task<LayoutIndexEntry?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        LayoutIndexEntry? before = null;
        while (true)
        {
            var entry = (await _index.ReadAsync(cancellationToken).ConfigureAwait(false))?.Find(tag);
            if (entry is null || entry.Digest == before?.Digest || !Digest.TryParse(entry.Digest, out var digest)
                || _reader.Find(digest) is not null)
                return entry;
            before = entry;
        }
    }

    private static void CheckTag(string tag)
    {
        if (tag.Length == 0)
            throw new CacheFormatException(RegistryCacheErrorCode.InvalidReference, "The tag is empty. Choose a tag, such as latest.");
    }

    private async Task BeginWritingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfReadOnly();
        if (_begun)
            return;
        await _index.CheckAsync(cancellationToken).ConfigureAwait(false);
        _begun = true;
        if (Interlocked.Exchange(ref _cleaned, 1) == 0)
            _ingest.RemoveAbandoned();
    }

    private void RefuseIfReadOnly()
    {
        if (_options.ReadOnly)
            throw new CacheStorageException(RegistryCacheErrorCode.StorageFailure, $"{DisplayName} was opened read-only.");
    }
}

using System.Text.Json;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Core.Progress;
using RegistryCache.Core.Storage;
using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>A place whose store is open, and how to read what it holds: reference → manifest → form → config → graph.</summary>
internal sealed class OpenPlace(
    IContentStore store,
    ManifestReference reference,
    CacheFormatLimits limits,
    IDisposable? promise = null,
    ProgressMeter? meter = null)
{
    private const int PromiseAttempts = 5;

    private const string ConfigLimit = $"{nameof(CacheFormatLimits)}.{nameof(CacheFormatLimits.MaxConfigBytes)}";

    public IContentStore Store => store;

    public ManifestReference Reference => reference;

    /// <summary>The tag of a place that is written to.</summary>
    public string Tag => reference.Tag!;

    /// <summary>Another tag of the same store.</summary>
    public OpenPlace WithTag(string tag) => new(store, ManifestReference.ByTag(tag), limits, meter: meter);

    /// <summary>The same manifest, read through another store.</summary>
    public OpenPlace Through(IContentStore other) => new(other, reference, limits);

    /// <summary>The same place, whose manifests and configs are counted while they are read.</summary>
    public OpenPlace Counting(ProgressMeter? counter) => counter is null ? this : new(store, reference, limits, promise, counter);

    public override string ToString() => $"{reference} in {store.DisplayName}";

    /// <summary>Why there is no cache: one sentence, for a person.</summary>
    /// <param name="content">What was found; <see langword="null"/> for nothing.</param>
    public string Missing(PlaceContent? content) =>
        content is null ? $"{reference} does not exist in {store.DisplayName}." : $"{this} is an image without a cache.";

    /// <summary>Reads the cache, also one inside images, for somebody who is going to read its layers. Returns <see langword="null"/> when
    /// the manifest does not exist.</summary>
    /// <exception cref="RegistryCacheException">The store or the content cannot be read.</exception>
    public async Task<PlaceContent?> ImportAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FetchAsync(reference, cancellationToken).ConfigureAwait(false) is not { } content)
                return null;

            // If a sweep was faster, the tag points to another manifest by now.
            if (store.TryPromise(content.Descriptor.Digest, out var made) || attempt == PromiseAttempts)
            {
                var place = new OpenPlace(store, reference, limits, made, meter);
                return await place.LookAsync(content, cancellationToken).ConfigureAwait(false);
            }

        }
    }

    /// <summary>Like <see cref="ImportAsync"/>, for somebody who does not read the layers.</summary>
    public async Task<PlaceContent?> LookAsync(CancellationToken cancellationToken) =>
        await FetchAsync(reference, cancellationToken).ConfigureAwait(false) is { } content
            ? await LookAsync(content, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Reads the cache of a manifest that was fetched.</summary>
    public async Task<PlaceContent> LookAsync(ManifestContent content, CancellationToken cancellationToken)
    {
        var manifest = Parse(content);
        if (manifest.CacheConfig is not null)
            return await LoadAsync(content, manifest, cancellationToken).ConfigureAwait(false);
        var images = new InlineLoader(this, limits);
        var graph = await images.LoadAsync(content.Descriptor.Digest, manifest, cancellationToken).ConfigureAwait(false);
        return Found(content, manifest) with { Graph = graph, Skipped = images.Skipped };
    }

    /// <summary>Reads the cache for a writer that is going to move the tag: problems with the content are part of the answer. Returns
    /// <see langword="null"/> when the tag does not exist. If the tag still points to <paramref name="known"/>, nothing is read.</summary>
    /// <exception cref="RegistryCacheException">The store cannot be read, or a limit was exceeded.</exception>
    public async Task<PlaceContent?> ReadAsync(PlaceContent? known, CancellationToken cancellationToken)
    {
        if (known is { Config: not null } && await ResolveAsync(cancellationToken).ConfigureAwait(false) == known.Digest)
            return known;
        var content = await ReadOnceAsync(cancellationToken).ConfigureAwait(false);

        // What is not a readable cache will be replaced or refused. One wrong answer of a registry must not cause that, so it is read
        // twice. A tag that does not exist is checked again when it is moved.
        return content is null or { Config: not null } ? content : await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses to change something that is not a cache.</summary>
    /// <param name="content">What is there.</param>
    /// <param name="advice">What to do then.</param>
    public void RequireCache(PlaceContent? content, string advice)
    {
        if (content?.Other is { } other)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.TagNotCache, $"{this} holds {other}, not a cache, and was not changed. {advice}");
        }
    }

    /// <summary>The same for something that a cache would replace, if that is not allowed.</summary>
    public void RequireCache(PlaceContent? content, bool mayOverwrite)
    {
        if (!mayOverwrite)
            RequireCache(
                content, $"Use another tag for the cache, or allow the replacement ({nameof(CacheExportOptions.OverwriteImage)}, "
                    + "--overwrite-image).");
    }

    /// <summary>Checks that a tag whose cache could not be read can be read now. If a registry has wrong bytes of the right size under a
    /// digest, the right bytes are not sent, and many registries would not accept them.</summary>
    public async Task RequireReadableAsync(PlaceContent? before, CancellationToken cancellationToken)
    {
        if (before?.Problem is null
            || await ReadAsync(known: null, cancellationToken).ConfigureAwait(false) is not { Problem: { } problem })
            return;
        throw new RegistryCacheException(
            problem.Code,
            $"{this} could not be read, was written, and still cannot be read: {problem.Message} Delete the damaged content there, "
                + "or use another repository.",
            problem);
    }

    /// <summary>What is lost when the tag is moved, for a person; <see langword="null"/> when nothing is.</summary>
    public string? Loss(PlaceContent? before) =>
        before?.Other is { } other ? $"{this} held {other}, not a cache; it was replaced."
        : before is { Lost: { Count: > 0 } lost } ? $"{store.DisplayName} has lost layers of {this}: {ListText.Of(lost)}. The results "
            + "that need them were removed, so their steps run again and their keys miss."
        : before?.Problem is { } problem ? $"What {this} held could not be read and was replaced: {problem.Message}"
        : null;

    public async Task<CacheManifest> ReadImageManifestAsync(Digest digest, CancellationToken cancellationToken) =>
        Parse(await FetchAsync(ManifestReference.ByDigest(digest), cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException($"Manifest {digest}", store.DisplayName));

    /// <summary>Fetches a config: verified, and not larger than the limit.</summary>
    public async Task<byte[]> ReadConfigAsync(Descriptor config, string what, CancellationToken cancellationToken)
    {
        // The manifest can state a wrong size. If it is above the limit, no request is needed.
        if (config.Size > limits.MaxConfigBytes)
            throw new LimitExceededException(what, ConfigLimit, limits.MaxConfigBytes, config.Size);
        meter?.Expect(config.Size);
        BlobSource content = new StoreBlobSource(store, config);
        content = meter?.Measure(content, config.Digest) ?? content;
        var stream = await content.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await BoundedRead.ToArrayAsync(stream, limits.MaxConfigBytes, what, ConfigLimit, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public CacheLayer Layer(Descriptor descriptor) => new(descriptor, new StoreBlobSource(store, descriptor, promise));

    private async Task<ManifestContent?> FetchAsync(ManifestReference manifest, CancellationToken cancellationToken)
    {
        var content = await store.FetchManifestAsync(manifest, limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false);
        if (content is not null && meter is not null)
        {
            meter.Expect(content.Bytes.Length);
            meter.Add(content.Bytes.Length, content.Descriptor.Digest);
        }

        return content;
    }

    private CacheManifest Parse(ManifestContent content) =>
        CacheManifestReader.Read(content.Bytes.Span, $"manifest {content.Descriptor.Digest} in {store.DisplayName}");

    private static PlaceContent Found(ManifestContent content, CacheManifest manifest) =>
        new(content.Descriptor.Digest)
        {
            Manifest = content.Descriptor,
            Form = manifest.Form,
            Annotations = manifest.Annotations,
            NamedConfig = manifest.CacheConfig,
            LayerSizes = manifest.Entries.DistinctBy(e => e.Digest).ToDictionary(e => e.Digest, e => e.Size),
        };

    private async Task<PlaceContent> LoadAsync(ManifestContent content, CacheManifest manifest, CancellationToken cancellationToken)
    {
        var config = manifest.CacheConfig!;
        var what = $"cache config {config.Digest} in {store.DisplayName}";
        var json = await ReadConfigAsync(config, what, cancellationToken).ConfigureAwait(false);
        var layers = new Dictionary<string, CacheLayer>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
            layers[entry.Digest.ToString()] = Layer(entry);
        var graph = CacheConfigReader.Read(CacheConfigParser.Parse(json, what, limits), layers, what, limits);
        return Found(content, manifest) with { Config = config, Graph = graph };
    }

    private async Task<PlaceContent?> ReadOnceAsync(CancellationToken cancellationToken)
    {
        ManifestContent? content;
        try
        {
            content = await FetchAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (IsBroken(e))
        {
            return new PlaceContent(await DigestAsync(e, cancellationToken).ConfigureAwait(false)) { Problem = e };
        }

        if (content is null)
            return null;
        var found = new PlaceContent(content.Descriptor.Digest);
        CacheManifest manifest;
        try
        {
            manifest = Parse(content);
        }
        catch (CacheFormatException e)
        {
            // Bytes that are not JSON are damage. JSON of another kind was stored on purpose.
            return IsJson(content.Bytes) ? found with { Other = "a manifest of an unknown kind" } : found with { Problem = e };
        }

        if (manifest.CacheConfig is null)
            return found with { Other = Describe(manifest) };
        try
        {
            return await LoadAsync(content, manifest, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (IsBroken(e) || e is CacheFormatException)
        {
            return Found(content, manifest) with { Problem = e };
        }
    }

    /// <summary>The digest that a tag points to, although its manifest cannot be read: a conditional move needs it.</summary>
    private async Task<Digest?> DigestAsync(RegistryCacheException error, CancellationToken cancellationToken)
    {
        var named = error switch
        {
            ContentNotFoundException missing => missing.Digest ?? missing.Content,
            ContentMismatchException damaged => damaged.Expected,
            _ => "",
        };
        return Digest.TryParse(named, out var digest) ? digest : await ResolveAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Digest?> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await store.ResolveManifestAsync(reference, cancellationToken).ConfigureAwait(false))?.Digest;
        }
        catch (RegistryCacheException e) when (IsBroken(e))
        {
            return null;
        }
    }

    private static bool IsBroken(RegistryCacheException e) => e is ContentNotFoundException or ContentMismatchException;

    private static bool IsJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Describe(CacheManifest manifest) => manifest.Form switch
    {
        not CacheManifestForm.ImageManifest => "an index of images",
        _ when manifest.Config?.MediaType is MediaTypes.OciImageConfig or MediaTypes.DockerImageConfig => "an image",
        _ => "an artifact",
    };
}

using System.Text.Json;
using RegistryCache.Core.Format;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>Reads what a tag points at for somebody who wants to move it: trouble with the content is a part of the answer.</summary>
internal sealed class TagReader(IReadOnlyContentStore store, string tag, CacheFormatLimits limits)
{
    /// <summary>Reads the manifest, and the cache too if asked; <see langword="null"/> when the tag does not exist.</summary>
    /// <exception cref="RegistryCacheException">The store cannot be read, or a limit was exceeded. Nothing is known of the tag then.</exception>
    public async Task<TagContent?> ReadAsync(bool withGraph, CancellationToken cancellationToken)
    {
        var content = await ReadOnceAsync(withGraph, cancellationToken).ConfigureAwait(false);

        // What is no sound cache is replaced or refused, so one odd answer must not decide it. Whoever moves a tag that was not there looks
        // at it again.
        return content is null or { IsSound: true } ? content : await ReadOnceAsync(withGraph, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TagContent?> ReadOnceAsync(bool withGraph, CancellationToken cancellationToken)
    {
        ManifestContent? content;
        try
        {
            content = await store.FetchManifestAsync(ManifestReference.ByTag(tag), limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (IsBroken(e))
        {
            return new TagContent(await DigestAsync(e, cancellationToken).ConfigureAwait(false)) { Problem = e };
        }

        if (content is null)
            return null;
        var found = new TagContent(content.Descriptor.Digest);
        CacheManifest manifest;
        try
        {
            manifest = CacheManifestReader.Read(content.Bytes.Span, $"manifest {content.Descriptor.Digest} in {store.DisplayName}");
        }
        catch (CacheFormatException e)
        {
            // Bytes that nobody can read are damage. JSON that is no manifest was put there by somebody who meant it.
            return IsJson(content.Bytes) ? found with { Other = "a manifest of an unknown kind" } : found with { Problem = e };
        }

        if (manifest.CacheConfig is not { } config)
            return found with { Other = Describe(manifest) };
        found = found with { Manifest = content.Descriptor };
        return withGraph ? await WithGraphAsync(found, manifest, config, cancellationToken).ConfigureAwait(false) : found with { Config = config };
    }

    private async Task<TagContent> WithGraphAsync(TagContent found, CacheManifest manifest, Descriptor config, CancellationToken cancellationToken)
    {
        try
        {
            var graph = await new CacheLoader(store, limits).LoadGraphAsync(manifest, config, cancellationToken).ConfigureAwait(false);
            return found with { Config = config, Graph = graph };
        }
        catch (RegistryCacheException e) when (IsBroken(e) || e is CacheFormatException)
        {
            return found with { Problem = e };
        }
    }

    /// <summary>The digest that the tag names although its manifest cannot be read, so that it can be moved on condition.</summary>
    private async Task<Digest?> DigestAsync(RegistryCacheException error, CancellationToken cancellationToken)
    {
        var named = error switch
        {
            ContentNotFoundException missing => missing.Content,
            ContentMismatchException damaged => damaged.Expected,
            _ => "",
        };
        if (Digest.TryParse(named, out var digest))
            return digest;
        try
        {
            return (await store.ResolveManifestAsync(ManifestReference.ByTag(tag), cancellationToken).ConfigureAwait(false))?.Digest;
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

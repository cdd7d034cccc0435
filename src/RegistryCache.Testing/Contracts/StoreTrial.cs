using System.Text;
using RegistryCache.Core.Storage;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>One run of a rule on one store.</summary>
internal sealed class StoreTrial(StoreRule rule, IContentStore store, ContentStoreContract contract, CancellationToken cancellationToken)
    : ContractTrial(rule, cancellationToken)
{
    private const long Plenty = 1 << 20;

    public IContentStore Store => store;

    public ContentStoreContract Contract => contract;

    /// <summary>Pushes a blob and expects its bytes to travel.</summary>
    public async Task PushAsync(TestBlob blob)
    {
        var (outcome, _) = await Store.PushBlobAsync(blob.Descriptor, blob.Source, null, Cancellation).ConfigureAwait(false);
        RequireEqual(outcome, BlobPushOutcome.Uploaded, "the outcome of a push of a new blob");
    }

    /// <summary>Expects a blob to have a size; <see langword="null"/> for a blob that is not there.</summary>
    public async Task RequireSizeAsync(Digest digest, long? expected, string what) =>
        RequireEqual(await Store.FindBlobAsync(digest, Cancellation).ConfigureAwait(false), expected, what);

    /// <summary>Reads a blob to its end, as the library does: verified.</summary>
    public async Task<byte[]> ReadAsync(Descriptor descriptor) => await ReadAsync(
        await new StoreBlobSource(Store, descriptor).OpenReadAsync(Cancellation).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Reads what a store hands out itself.</summary>
    public async Task<byte[]> ReadRawAsync(Descriptor descriptor) =>
        await ReadAsync(await Store.OpenBlobAsync(descriptor, Cancellation).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Expects that nothing of a blob can be seen, and that it can still be pushed.</summary>
    public async Task RequireAbsentAndPushableAsync(TestBlob blob)
    {
        await RequireSizeAsync(blob.Digest, null, "the size of a blob after a failed push").ConfigureAwait(false);
        await RequireErrorAsync<ContentNotFoundException>(() => ReadRawAsync(blob.Descriptor), "opening a blob after a failed push")
            .ConfigureAwait(false);
        await PushAsync(blob).ConfigureAwait(false);
        RequireBytes(await ReadAsync(blob.Descriptor).ConfigureAwait(false), blob.Bytes, "the blob, pushed again after a failed push");
    }

    /// <summary>Pushes a manifest of one config and one layer, both of which are pushed first.</summary>
    public async Task<ManifestContent> PushManifestAsync(string mediaType, string? tag, int seed = 1)
    {
        var manifest = await PrepareManifestAsync(mediaType, seed).ConfigureAwait(false);
        await Store.PushManifestAsync(manifest, tag, Cancellation).ConfigureAwait(false);
        return manifest;
    }

    public Task<ManifestContent> PushManifestAsync(string? tag, int seed = 1) => PushManifestAsync(MediaTypes.OciManifest, tag, seed);

    /// <summary>Pushes the config and the layer of a manifest, but not the manifest.</summary>
    public async Task<ManifestContent> PrepareManifestAsync(string mediaType, int seed)
    {
        var layer = TestBlob.Create(100, seed);
        var config = TestBlob.FromBytes(Encoding.UTF8.GetBytes($$"""{"layers":[{"blob":"{{layer.Digest}}"}]}"""));
        foreach (var blob in new[] { layer, config })
            await Store.PushBlobAsync(blob.Descriptor, blob.Source, null, Cancellation).ConfigureAwait(false);

        // The odd white space would not survive a store that parses and prints again.
        var layerEntry = $$"""{ "mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{layer.Digest}}","size":{{layer.Bytes.Length}} }""";
        var configEntry = $$"""{"mediaType":"{{MediaTypes.CacheConfig}}","digest":"{{config.Digest}}","size":{{config.Bytes.Length}}}""";
        var members = mediaType is MediaTypes.OciManifest or MediaTypes.DockerManifest
            ? $"\"config\":{configEntry},\"layers\":[{layerEntry}]"
            : $"\"manifests\":[{layerEntry},{configEntry}]";
        return new ManifestContent(
            mediaType, Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{mediaType}}", {{members}}}""" + "\n"));
    }

    /// <summary>Expects a tag or digest to give a manifest; <see langword="null"/> for none.</summary>
    public async Task RequireManifestAsync(ManifestReference reference, ManifestContent? expected, string what)
    {
        var fetched = await Store.FetchManifestAsync(reference, Plenty, Cancellation).ConfigureAwait(false);
        if (expected is null)
            RequireEqual(fetched?.Descriptor.Digest, null, what);
        else
            RequireBytes(fetched?.Bytes.ToArray(), expected.Bytes.ToArray(), what);
    }

    public Task RequireTagAsync(string tag, ManifestContent? expected) =>
        RequireManifestAsync(ManifestReference.ByTag(tag), expected, $"the manifest of the tag '{tag}'");

    public Task RequireDigestAsync(ManifestContent manifest) => RequireManifestAsync(
        ManifestReference.ByDigest(manifest.Descriptor.Digest), manifest, "the manifest by its digest");

    private async Task<byte[]> ReadAsync(Stream stream)
    {
        await using var _ = stream.ConfigureAwait(false);
        using var result = new MemoryStream();
        await stream.CopyToAsync(result, Cancellation).ConfigureAwait(false);
        return result.ToArray();
    }
}

using System.Text.Json;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Seeding;

/// <summary>Copies an OCI layout directory into a repository. Source: image-spec, image-layout.md.</summary>
internal static class LayoutSeed
{
    private const string RefName = "org.opencontainers.image.ref.name";
    private const int MaxIndexBytes = 16 << 20;
    private const int MaxManifestBytes = 4 << 20;
    private const int PieceBytes = 128 * 1024;

    public static async Task PutAsync(string layout, RegistryStorage storage, string repository, CancellationToken cancellationToken)
    {
        var index = Path.Combine(layout, "index.json");
        if (!File.Exists(Path.Combine(layout, "oci-layout")) || new FileInfo(index) is not { Exists: true, Length: <= MaxIndexBytes })
            throw new InvalidDataException($"'{layout}' is not an OCI layout: it has no oci-layout or no index.json.");
        var roots = Entries(await File.ReadAllBytesAsync(index, cancellationToken).ConfigureAwait(false));
        var manifests = new Queue<(string Digest, string MediaType, string? Tag)>(roots);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (manifests.TryDequeue(out var next))
        {
            var path = BlobPath(layout, next.Digest);
            if (new FileInfo(path) is not { Exists: true, Length: <= MaxManifestBytes })
                continue;
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            using var ingest = storage.Begin();
            await ingest.AppendAsync(bytes).ConfigureAwait(false);
            await CheckAsync(ingest, next.Digest, layout).ConfigureAwait(false);
            storage.AddManifest(repository, Digest.Parse(next.Digest), next.MediaType, ingest, next.Tag);
            if (!seen.Add(next.Digest))
                continue;
            foreach (var child in Entries(bytes).Where(static child => IsManifest(child.MediaType)))
                manifests.Enqueue(child with { Tag = null });
        }

        await PutBlobsAsync(layout, storage, repository, seen, cancellationToken).ConfigureAwait(false);
    }

    private static async Task PutBlobsAsync(
        string layout, RegistryStorage storage, string repository, HashSet<string> manifests, CancellationToken cancellationToken)
    {
        foreach (var directory in Directory.EnumerateDirectories(Path.Combine(layout, "blobs")))
        {
            foreach (var file in Directory.EnumerateFiles(directory))
            {
                var digest = $"{Path.GetFileName(directory)}:{Path.GetFileName(file)}";
                if (!manifests.Contains(digest) && Digest.TryParse(digest, out _))
                    await PutBlobAsync(layout, file, storage, repository, digest, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task PutBlobAsync(
        string layout, string file, RegistryStorage storage, string repository, string digest, CancellationToken cancellationToken)
    {
        using var ingest = storage.Begin();
        var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true);
        await using (source.ConfigureAwait(false))
        {
            var buffer = new byte[PieceBytes];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                await ingest.AppendAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
        }

        await CheckAsync(ingest, digest, layout).ConfigureAwait(false);
        storage.AddBlob(repository, Digest.Parse(digest), ingest);
    }

    private static async Task CheckAsync(Ingest ingest, string digest, string layout)
    {
        if (!await ingest.HasDigestAsync(Digest.Parse(digest)).ConfigureAwait(false))
            throw new InvalidDataException($"The blob {digest} in '{layout}' has other bytes than its digest says. Make the layout again.");
    }

    private static IEnumerable<(string Digest, string MediaType, string? Tag)> Entries(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("manifests", out var list)
            || list.ValueKind != JsonValueKind.Array)
            return [];
        return [.. list.EnumerateArray().Select(static entry => (Text(entry, "digest"), Text(entry, "mediaType"), TagOf(entry)))
            .Where(static entry => Digest.TryParse(entry.Item1, out _))
            .Select(static entry => (entry.Item1!, entry.Item2 ?? "", entry.Item3))];
    }

    private static bool IsManifest(string mediaType) =>
        mediaType.Contains("manifest", StringComparison.Ordinal) || mediaType.EndsWith("image.index.v1+json", StringComparison.Ordinal);

    // Some programs write a whole reference there.
    private static string? TagOf(JsonElement entry) =>
        entry.TryGetProperty("annotations", out var annotations)
            && Text(annotations, RefName)?.Split(':')[^1] is { } tag && RegistryNames.IsTag(tag)
            ? tag
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string BlobPath(string layout, string digest)
    {
        var parsed = Digest.Parse(digest);
        return Path.Combine(layout, "blobs", parsed.AlgorithmName, parsed.Hex);
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Registry;

/// <summary>Lists tags and referrers of a repository, page by page. A page is capped, and the listing ends when its pages
/// repeat.</summary>
internal sealed class RepositoryListing(RepositoryContext repository, ManifestClient manifests)
{
    private const int MaxPageBytes = 16 << 20;
    private const int MaxPages = 100_000;

    public async IAsyncEnumerable<string> TagsAsync(int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageSize);
        var first = repository.Uri("tags/list");
        if (pageSize > 0)
            first = RegistryUri.WithQuery(first, "n", pageSize.ToString(CultureInfo.InvariantCulture));
        await foreach (var (page, _) in PagesAsync(first, "/v2/{name}/tags/list", [], cancellationToken).ConfigureAwait(false))
        {
            using (page)
            {
                if (page.RootElement.ValueKind != JsonValueKind.Object || !page.RootElement.TryGetProperty("tags", out var tags)
                    || tags.ValueKind != JsonValueKind.Array)
                    continue;
                foreach (var tag in tags.EnumerateArray().Where(static tag => tag.ValueKind == JsonValueKind.String))
                    yield return tag.GetString()!;
            }
        }
    }

    public async IAsyncEnumerable<Descriptor> ReferrersAsync(Digest subject, string? artifactType,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = repository.Uri("referrers/" + subject);
        if (artifactType is not null)
            first = RegistryUri.WithQuery(first, "artifactType", artifactType);
        var known = false;
        await foreach (var (page, filtered) in PagesAsync(first, "/v2/{name}/referrers/{digest}", [MediaTypes.OciIndex], cancellationToken)
            .ConfigureAwait(false))
        {
            known = true;
            using (page)
            {
                foreach (var descriptor in Read(page, filtered ? null : artifactType))
                    yield return descriptor;
            }
        }

        if (known)
            yield break;
        var tag = $"{Cut(subject.AlgorithmName, 32)}-{Cut(subject.Hex, 64)}";
        await foreach (var descriptor in IndexAsync(ManifestReference.ByTag(tag), artifactType, cancellationToken).ConfigureAwait(false))
            yield return descriptor;
    }

    /// <summary>Lists what an index names; nothing if it does not exist.</summary>
    public async IAsyncEnumerable<Descriptor> IndexAsync(
        ManifestReference reference, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = await manifests.FetchAsync(reference, MaxPageBytes, limitName: null, cancellationToken).ConfigureAwait(false);
        if (index is null)
            yield break;
        using var document = Parse(index.Bytes);
        foreach (var descriptor in Read(document, artifactType))
            yield return descriptor;
    }

    private async IAsyncEnumerable<(JsonDocument Page, bool Filtered)> PagesAsync(
        Uri? next, string template, string[] accept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next is not null && seen.Add(next.OriginalString) && seen.Count <= MaxPages)
        {
            var request = new RegistryRequest(HttpMethod.Get, next, template) { Scopes = repository.Pull, Accept = accept };
            var (exchange, bytes) = await WholeBody.GetAsync(
                repository.Transport, request, MaxPageBytes, "a page of a listing", limitName: null, cancellationToken)
                    .ConfigureAwait(false);
            using var _ = exchange;
            if (exchange.Status == 404)
            {
                await repository.RequireRegistryAsync(exchange, cancellationToken).ConfigureAwait(false);
                yield break;
            }

            next = LinkHeader.Next(exchange.Response) is { } link
                ? repository.Transport.ResolveLocation(request, exchange.Response.RequestMessage!.RequestUri!, link) : null;
            if (next is not null && !repository.Transport.Host.Owns(next))
                throw RegistryTransport.Protocol($"{repository.DisplayName} continues a listing on "
                    + $"{repository.Transport.Settings.Secrets.RemoveFrom(next.Authority)}. This was not followed.");
            yield return (Parse(bytes),
                exchange.Header("OCI-Filters-Applied")?.Contains("artifactType", StringComparison.OrdinalIgnoreCase) ?? false);
        }
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new RegistryTransferException(RegistryCacheErrorCode.RegistryProtocol,
                $"{repository.DisplayName} answered a listing request with a body that is not JSON.", e);
        }
    }

    private static IEnumerable<Descriptor> Read(JsonDocument index, string? artifactType)
    {
        if (index.RootElement.ValueKind != JsonValueKind.Object || !index.RootElement.TryGetProperty("manifests", out var list)
            || list.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var entry in list.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.Object))
        {
            if (!Digest.TryParse(Text(entry, "digest"), out var digest)
                || !entry.TryGetProperty("size", out var sizeElement) || sizeElement.ValueKind != JsonValueKind.Number
                    || !sizeElement.TryGetInt64(out var size) || size < 0)
                continue;
            var type = Text(entry, "artifactType");
            if (artifactType is null || type == artifactType)
                yield return new Descriptor(Text(entry, "mediaType") ?? "", digest, size) { ArtifactType = type };
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}

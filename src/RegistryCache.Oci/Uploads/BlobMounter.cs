using RegistryCache.Core.Content;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Uploads;

/// <summary>Asks the registry to mount a blob from another of its repositories. After any refusal the blob is uploaded normally.</summary>
internal sealed class BlobMounter(RepositoryContext repository)
{
    private const int MaxCandidates = 3;

    public async Task<bool> TryMountAsync(
        UploadSession session, Func<Descriptor, CancellationToken, Task<bool>> holds, CancellationToken cancellationToken)
    {
        foreach (var from in Candidates(session))
        {
            try
            {
                var request = repository.StartUpload(
                    ScopeSet.Repository(from, "pull"), retry: true, query: [("mount", session.Blob.Digest.ToString()), ("from", from)]);
                using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
                var isMounted = exchange.Status == 201;
                var isOfBlob = exchange.Status == 202 && LeadsToBlob(exchange, session.Blob.Digest);
                if (isMounted && Confirms(exchange, session.Blob.Digest)
                    || (isMounted || isOfBlob) && await holds(session.Blob, cancellationToken).ConfigureAwait(false))
                    return true;
                OciLog.NotMounted(repository.Logger, session.Blob.Digest.ToString(), from, $"status {exchange.Status}");
                if (exchange.Status == 202 && !isOfBlob && exchange.Header("Location") is { Length: > 0 })
                {
                    UploadSteps.Begin(session, request, exchange, repository.Transport);
                    return false;
                }
            }
            catch (RegistryCacheException e) when (e is RegistryTransferException or RegistryResponseException)
            {
                OciLog.NotMounted(repository.Logger, session.Blob.Digest.ToString(), from, e.CodeText);
            }
        }

        return false;
    }

    // The specification requires the URL of the blob in the answer. A 201 with another URL, or none, proves nothing.
    private static bool Confirms(RegistryExchange exchange, Digest digest) =>
        exchange.Header("Location") is { } location
            && Uri.UnescapeDataString(location).Contains(digest.ToString(), StringComparison.Ordinal)
        && (exchange.Header("Docker-Content-Digest") is not { } named || named == digest.ToString());

    // An answer on the way can have lost its status. The URL of a blob takes no upload.
    private static bool LeadsToBlob(RegistryExchange exchange, Digest digest) => exchange.Header("Location") is { } location
        && Uri.UnescapeDataString(location.Split('?')[0]).EndsWith($"/blobs/{digest}", StringComparison.Ordinal);

    // The repositories with the most similar names first, as in BuildKit. The origin that the source itself names comes before all.
    private IEnumerable<string> Candidates(UploadSession session)
    {
        var host = repository.Transport.Host.Name;
        var origin = session.Source.Origin is { } o && string.Equals(o.WireHost, host, StringComparison.OrdinalIgnoreCase)
            ? o.Path : null;
        var key = AnnotationKeys.DistributionSourcePrefix + HostOnly(host);
        var hinted = session.Blob.Annotations.TryGetValue(key, out var list)
            ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        return hinted.OrderByDescending(CommonParts).Prepend(origin ?? "")
            .Where(name => name.Length > 0 && name != repository.Name).Distinct(StringComparer.Ordinal).Take(MaxCandidates);
    }

    private int CommonParts(string name) =>
        name.Split('/').Zip(repository.Name.Split('/')).TakeWhile(static pair => pair.First == pair.Second).Count();

    private static string HostOnly(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 || host.EndsWith(']') ? host : host[..colon];
    }
}

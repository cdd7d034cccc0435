using System.Collections.Concurrent;

namespace RegistryCache.Cli.Tests.Remote;

/// <summary>What was fetched from a registry: every answer to a GET for a blob.</summary>
internal sealed class BlobFetches
{
    private readonly ConcurrentQueue<BlobFetch> _all = new();

    public IReadOnlyCollection<BlobFetch> All => _all;

    /// <summary>The bytes of all answers about one blob.</summary>
    public long BytesOf(string digest) => _all.Where(fetch => fetch.Digest == digest).Sum(fetch => fetch.Bytes);

    public void Clear() => _all.Clear();

    public DelegatingHandler Count(HttpMessageHandler inner) => new Handler(this) { InnerHandler = inner };

    private sealed class Handler(BlobFetches fetches) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var path = request.RequestUri!.AbsolutePath;
            var at = path.IndexOf("/blobs/sha256:", StringComparison.Ordinal);
            if (request.Method == HttpMethod.Get && at >= 0)
            {
                fetches._all.Enqueue(new BlobFetch(
                    path[(at + "/blobs/".Length)..], (int)response.StatusCode, response.Content.Headers.ContentLength ?? throw new InvalidOperationException("The registry stated no length.")));
            }

            return response;
        }
    }
}

/// <summary>One answer: 206 is a range, 200 the whole blob.</summary>
internal sealed record BlobFetch(string Digest, int Status, long Bytes);

using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Hosts;

/// <summary>What the parts of one repository share: its transport, its name, its options and the scopes to request.</summary>
internal sealed class RepositoryContext(RegistryTransport transport, string name, string displayName, RegistryClientOptions options)
{
    private const string BlobTemplate = "/v2/{name}/blobs/{digest}";

    public RegistryTransport Transport { get; } = transport;

    public string Name { get; } = name;

    public string DisplayName { get; } = displayName;

    public RegistryClientOptions Options { get; } = options;

    public TimeProvider Time => Options.TimeProvider;

    public ILogger Logger => Transport.Settings.Logger;

    public ScopeSet Pull { get; } = ScopeSet.Repository(name, "pull");

    public ScopeSet Push { get; } = ScopeSet.Repository(name, "pull,push");

    public ScopeSet Delete { get; } = ScopeSet.Repository(name, "delete,pull");

    public Uri Uri(string path) => RegistryUri.Create(Transport.Host.BaseUri.OriginalString + "v2/" + Name + "/" + path);

    public RegistryRequest Blob(
        HttpMethod method, Digest digest, bool asWriter = false, IReadOnlyList<int>? asksOtherwiseAfter = null, bool holdsSlot = false) =>
        new(method, Uri("blobs/" + digest), BlobTemplate)
        {
            Scopes = asWriter ? Push : Pull,
            HoldsSlot = holdsSlot,
            AsksOtherwiseAfter = asksOtherwiseAfter ?? [],
        };

    /// <summary>A GET of a blob from one byte to another, both included; <see langword="null"/> for its start or its end.</summary>
    public RegistryRequest BlobRange(
        Digest digest, long? start, long? end, bool holdsSlot = false, bool retry = true, long bodyBytes = 0) =>
        new(HttpMethod.Get, Uri("blobs/" + digest), BlobTemplate)
        {
            Scopes = Pull,
            RangeStart = start,
            RangeEnd = end,
            HoldsSlot = holdsSlot,
            Retry = retry,
            BodyBytes = bodyBytes,
        };

    /// <summary>The POST that opens an upload. A query asks the registry to take or to mount the blob at once.</summary>
    public RegistryRequest StartUpload(
        ScopeSet? moreScopes = null, bool retry = false, Func<StallTimer, HttpContent>? content = null,
        params IEnumerable<(string Name, string Value)> query) =>
        new(HttpMethod.Post, query.Aggregate(Uri("blobs/uploads/"), static (uri, q) => RegistryUri.WithQuery(uri, q.Name, q.Value)),
            "/v2/{name}/blobs/uploads/")
        {
            Scopes = Push.Union(moreScopes ?? ScopeSet.Empty),
            Retry = retry,
            CreateContent = content ?? (static _ => new ByteArrayContent([])),
        };

    /// <summary>Tells a registry that does not have something from a server that is no registry. Any web server answers 404.</summary>
    /// <exception cref="RegistryTransferException">It is no registry.</exception>
    public async Task RequireRegistryAsync(RegistryExchange missing, CancellationToken cancellationToken)
    {
        var (host, state) = (Transport.Host, Transport.Host.State);
        state.IsRegistry |= missing.Header("Docker-Distribution-Api-Version") is not null;
        if (state.IsRegistry)
            return;
        var uri = RegistryUri.Create(host.BaseUri.OriginalString + "v2/");
        var request = new RegistryRequest(HttpMethod.Get, uri, "/v2/") { Retry = false };
        try
        {
            using var exchange = await Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            state.IsRegistry = exchange.Status != 404;
        }
        catch (RegistryCacheException)
        {
            // For example no access to what needs a token. The first answer stands.
            return;
        }

        if (!state.IsRegistry)
        {
            throw RegistryTransport.Protocol(
                $"{host.Name} has no registry: it answered 404 to a request for {Name}, and to one for /v2/, which every registry has. "
                + "Check the host and the port.");
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;
using RegistryCache.Storage;

namespace RegistryCache.Oci;

/// <summary>A client for registries. One client serves any number of hosts and repositories, which share its connections, tokens and
/// limits. Thread-safe. Do not use its stores after it is disposed.</summary>
public sealed class RegistryClient : IDisposable, IAsyncDisposable
{
    /// <summary>The name of the package's <see cref="System.Diagnostics.ActivitySource"/>. Attribute names are OpenTelemetry's.</summary>
    public const string ActivitySourceName = OciTelemetry.Name;

    /// <summary>The name of the package's <see cref="System.Diagnostics.Metrics.Meter"/>. Attribute names are OpenTelemetry's.</summary>
    public const string MeterName = OciTelemetry.Name;

    private static readonly SearchValues<char> NotInHost = SearchValues.Create("/?#\\@");
    private static readonly SearchValues<char> NotInPath = SearchValues.Create(" ?#%\\@:");

    private readonly ConcurrentDictionary<(string Name, bool Insecure), Lazy<RegistryHost>> _hosts = new();
    private readonly RegistryClientOptions _options;
    private readonly TransportSettings _settings;
    private readonly TlsProbe _probe;
    private readonly TokenCache _tokenCache = new();
    private readonly TokenClient _tokens;
    private readonly RealmGuard _guard;
    private readonly IHandlerSource _handlers;
    private bool _disposed;

    /// <summary>Creates a client with its own connections.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="RegistryCacheException">Options contradict (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public RegistryClient(RegistryClientOptions? options = null)
        : this(options ?? new RegistryClientOptions(), new TlsProbe(), null)
    {
    }

    internal RegistryClient(RegistryClientOptions options, TlsProbe probe, IHandlerSource? handlers)
    {
        options.Validate();
        _options = options;
        _probe = probe;
        var jitter = options.JitterSeed is { } seed ? new Random(seed) : new Random();
        _settings = new TransportSettings(
            options.TimeProvider, options.LoggerFactory.CreateLogger("RegistryCache.Oci"), options.StallTimeout,
            new TransferRate(options.MinimumRate, options.MinimumRateWindow), options.Retry, jitter, options.UserAgent,
            HandlerFactory.Proxy(options), OciTelemetry.On(options.MeterFactory));
        _guard = new RealmGuard([.. options.TrustedTokenHosts]);
        _handlers = handlers ?? new OwnedHandlers(options, _probe);
        _tokens = new TokenClient(new TokenSender(_handlers, _settings).SendAsync, _settings);
    }

    /// <summary>Opens the repository of a reference. Tag and digest are ignored. Nothing is sent.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="insecure">The parameter <c>registry.insecure</c>. Certificates are not checked. HTTPS is tried first. Plain HTTP is
    /// used from then on if the server answers in HTTP, if the TLS handshake times out, or if the connection is refused and the host has no
    /// port. Source: BuildKit util/resolver/resolver.go.</param>
    /// <exception cref="RegistryCacheException">The host is not valid in a URL
    /// (<see cref="RegistryCacheErrorCode.InvalidReference"/>).</exception>
    public IContentStore OpenRepository(ImageReference reference, bool insecure = false)
    {
        ArgumentNullException.ThrowIfNull(reference);
        try
        {
            return Open(reference.WireHost, reference.Path, reference.Domain + "/" + reference.Path, insecure);
        }
        catch (ArgumentException e)
        {
            // The grammar of references allows hosts that are not valid in a URL.
            throw new RegistryCacheException(RegistryCacheErrorCode.InvalidReference,
                $"'{ErrorText.Quote(reference.ToString())}' cannot be opened: {ErrorText.Sentence(e.Message)}", e);
        }
    }

    /// <summary>Opens a repository. Nothing is sent.</summary>
    /// <param name="host">The host as used on the wire, with its port if it has one: <c>ghcr.io</c>, <c>localhost:5000</c>.</param>
    /// <param name="repository">The path inside the registry, for example <c>acme/app</c>.</param>
    /// <param name="insecure">The parameter <c>registry.insecure</c>. Certificates are not checked. HTTPS is tried first. Plain HTTP is
    /// used from then on if the server answers in HTTP, if the TLS handshake times out, or if the connection is refused and the host has no
    /// port. Source: BuildKit util/resolver/resolver.go.</param>
    /// <exception cref="ArgumentException">Host or repository is not valid in a URL.</exception>
    public IContentStore OpenRepository(string host, string repository, bool insecure = false) =>
        Open(host, repository, host + "/" + repository, insecure);

    /// <summary>Lists the manifests that have a manifest as their subject. Uses the fallback tag if the registry has no referrers
    /// endpoint.</summary>
    /// <param name="subject">The repository and the digest of the manifest.</param>
    /// <param name="artifactType">Only this artifact type, or <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="ArgumentException">The reference has no digest.</exception>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(
        ImageReference subject, string? artifactType = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var digest = subject.Digest
            ?? throw new ArgumentException($"'{ErrorText.Quote(subject.ToString())}' has no digest.", nameof(subject));
        return ((RegistryContentStore)OpenRepository(subject)).ListReferrersAsync(digest, artifactType, cancellationToken);
    }

    /// <summary>Finds out whether a registry can be reached, and what it allows in a repository, without writing anything.</summary>
    /// <param name="reference">The repository. The tag need not exist.</param>
    /// <param name="check">How far to look.</param>
    /// <param name="insecure">The parameter <c>registry.insecure</c>.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="RegistryCacheException">The registry cannot be reached, does not answer as one, or refuses to let the repository be
    /// read. Nothing is tried again.</exception>
    public Task<RegistryAccess> CheckAccessAsync(
        ImageReference reference, RegistryAccessCheck check = RegistryAccessCheck.PullAndPush, bool insecure = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return ((RegistryContentStore)OpenRepository(reference, insecure)).CheckAccessAsync(
            reference.Tag ?? "latest", Option.Defined(check), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _tokenCache.Dispose();
        _handlers.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private RegistryContentStore Open(string host, string repository, string displayName, bool insecure)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentException.ThrowIfNullOrEmpty(repository);
        if (!RegistryUri.TryCreate("https://" + host + "/", out var root) || root.AbsolutePath != "/" || root.UserInfo.Length > 0
            || host.AsSpan().ContainsAny(NotInHost))
            throw new ArgumentException($"'{ErrorText.QuoteReference(host)}' is not a host with an optional port.", nameof(host));
        if (repository.AsSpan().ContainsAny(NotInPath) || repository.StartsWith('/')
            || repository.Split('/').Any(static part => part is "" or "." or ".."))
            throw new ArgumentException($"'{ErrorText.QuoteReference(repository)}' is not a repository path.", nameof(repository));
        _settings.Secrets.AddName(host + "/" + repository);
        var known = _hosts.GetOrAdd((host, insecure), key => new Lazy<RegistryHost>(() => CreateHost(key.Name, key.Insecure)));
        var transport = new RegistryTransport(known.Value, repository, _settings);
        return new RegistryContentStore(new RepositoryContext(transport, repository, displayName, _options));
    }

    private RegistryHost CreateHost(string name, bool insecure)
    {
        // The insecure option tries HTTPS first for every host. Without it, loopback names use HTTP.
        var plain = _options.UsePlainHttp?.Invoke(name) ?? (!insecure && LoopbackName.Matches(name));
        var state = new HostState(_options.MaxConnectionsPerHost, _options.TimeProvider);
        var host = new RegistryHost(name, insecure, plain, state, _handlers.Invoker(insecure), insecure ? _probe : null);
        var credentials = CredentialProvider.From(_options.Credentials);
        host.Authenticator = new Authenticator(name, credentials, _tokenCache, _tokens, _guard, _settings);
        HideProxyPassword(host.BaseUri);
        return host;
    }

    /// <summary>A proxy answers instead of the registry and may repeat what it received.</summary>
    private void HideProxyPassword(Uri registry)
    {
        if (_settings.ProxyFor(registry) is { } proxy)
            _settings.Secrets.Add(_settings.Proxy?.Credentials?.GetCredential(proxy, "Basic")?.Password);
    }
}

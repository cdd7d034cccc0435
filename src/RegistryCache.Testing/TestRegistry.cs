using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using RegistryCache.Testing.Access;
using RegistryCache.Testing.Answers;
using RegistryCache.Testing.Protocol;
using RegistryCache.Testing.Seeding;
using RegistryCache.Testing.Server;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing;

/// <summary>An OCI registry in the process of a test, on a free port of 127.0.0.1. It conforms to the distribution specification 1.1, and
/// can behave like public registries, fail on demand, and tell which requests came. Disposing it drops everything but a directory. A second
/// origin, on another port, stands for the object storage behind a registry: it takes note of every credential that reaches it.
/// Thread-safe.</summary>
public sealed class TestRegistry : IAsyncDisposable
{
    /// <summary>Every secret that a registry makes up contains this text: tokens, states of uploads, signatures, cookies. Search logs for
    /// it.</summary>
    public const string SecretMark = TestRegistrySecrets.Mark;

    private RegistryHost _host = null!;
    private RegistryState _state = null!;

    private TestRegistry()
    {
    }

    /// <summary>Host and port as clients name them, for example <c>127.0.0.1:40123</c>.</summary>
    public string Host => _state.Place.Host;

    /// <summary>The URL, for example <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Url => new(_state.Place.Url);

    /// <summary>Host and port of the second origin.</summary>
    public string StorageHost => _state.Place.StorageHost;

    /// <summary>The certificate to trust, if the registry speaks HTTPS. It has no private key.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>The options of the start, or of the last <see cref="Reset"/>.</summary>
    public TestRegistryOptions Options => _state.Options;

    /// <summary>What the registry does otherwise than the specification says, from now on.</summary>
    public RegistryQuirks Quirks
    {
        get => _state.Quirks;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state.Quirks = value;
        }
    }

    /// <summary>What goes wrong, and when.</summary>
    public RegistryFaults Faults => _state.Faults;

    /// <summary>Every request so far, in the order of arrival. A copy.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _state.Requests];

    /// <summary>The bytes of all bodies that clients sent.</summary>
    public long BytesReceived => _state.Requests.Sum(static request => request.BytesReceived);

    /// <summary>The bytes of all bodies that the registry sent.</summary>
    public long BytesSent => _state.Requests.Sum(static request => request.BytesSent);

    /// <summary>Where a client did not keep to the specification. A copy.</summary>
    public IReadOnlyList<string> Violations => [.. _state.Violations];

    /// <summary>Credentials and cookies that reached a place that is none of their business. A copy.</summary>
    public IReadOnlyList<string> Leaks => [.. _state.Leaks];

    /// <summary>How many tokens were given.</summary>
    public int TokensIssued => _state.Tokens.Issued;

    /// <summary>How many uploads were neither completed nor given up.</summary>
    public int OpenUploads => _state.Uploads.Count;

    /// <summary>The names of the repositories, in order. A copy.</summary>
    public IReadOnlyCollection<string> Repositories => _state.Storage.Repositories.Names;

    /// <summary>Starts a registry.</summary>
    /// <param name="options">The options. Default: the specification, in memory, for everybody.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">The directory cannot be used, or another registry uses it.</exception>
    /// <exception cref="InvalidDataException">The directory has something that no registry wrote.</exception>
    public static async Task<TestRegistry> StartAsync(TestRegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TestRegistryOptions();
        var registry = new TestRegistry();
        registry._host = await RegistryHost.StartAsync(options.Tls, registry.HandleAsync, cancellationToken).ConfigureAwait(false);
        try
        {
            registry.Certificate = registry._host.Certificate is { } own ? X509CertificateLoader.LoadCertificate(own.RawData) : null;
            var host = registry._host;
            registry._state = new RegistryState(
                options, new RegistryPlace(options.Tls ? "https" : "http", $"127.0.0.1:{host.Port}", $"127.0.0.1:{host.StoragePort}"));
            return registry;
        }
        catch
        {
            await registry._host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A repository, to look at and to change. It need not exist.</summary>
    /// <param name="name">The name, for example <c>acme/app</c>.</param>
    /// <exception cref="ArgumentException">This is no name of a repository.</exception>
    public TestRepository Repository(string name) => name is not null && RegistryNames.IsRepository(name)
        ? new TestRepository(_state.Storage, name)
        : throw new ArgumentException($"'{name}' is not a name of a repository; for example, acme/app is one.", nameof(name));

    /// <summary>Creates an empty repository, for registries that want it: <see cref="RegistryQuirks.RepositoriesMustExist"/>.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">This is no name of a repository.</exception>
    public void CreateRepository(string name) => _state.Storage.Repositories.GetOrAdd(Repository(name).Name);

    /// <summary>Puts the content of an OCI layout directory into a repository: every blob, every manifest, and the tags of its
    /// <c>index.json</c>.</summary>
    /// <param name="layout">The directory.</param>
    /// <param name="repository">The name of the repository.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="InvalidDataException">The directory is no OCI layout, or a blob has another digest than its name says.</exception>
    public Task SeedAsync(string layout, string repository, CancellationToken cancellationToken = default) =>
        LayoutSeed.PutAsync(layout, _state.Storage, Repository(repository).Name, cancellationToken);

    /// <summary>A client that finds the registry at its base address and trusts its certificate. It does not follow redirects, and sends no
    /// credential by itself. The caller disposes it.</summary>
    public HttpClient CreateClient() => RegistryHttpClient.Create(Url, Certificate);

    /// <summary>Forgets requests, faults, uploads and tokens, and behaves as other options say. Requests that are under way keep what
    /// they had.
    /// TLS stays as it is.</summary>
    /// <param name="options">The options. Default: new ones.</param>
    /// <param name="keepContent">Whether the repositories stay as they are, and where they are. Default: they are forgotten; a directory is
    /// never emptied.</param>
    public void Reset(TestRegistryOptions? options = null, bool keepContent = false)
    {
        options ??= new TestRegistryOptions();
        var old = _state;
        if (!keepContent && old.Options.Directory is not null)
            old.Dispose();
        _state = new RegistryState(options, old.Place, keepContent ? old.Storage : null);
    }

    /// <summary>Makes every token worthless that was given so far.</summary>
    public void RevokeTokens() => _state.Tokens.Revoke();

    /// <summary>Makes every refresh token worthless that was given so far.</summary>
    public void RevokeRefreshTokens() => _state.Tokens.RevokeRefreshTokens();

    /// <summary>Stops the registry, with requests that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        _state.Dispose();
        Certificate?.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var state = _state;
        var isStorage = http.Connection.LocalPort == _host.StoragePort;
        var call = RegistryCall.Read(http, isStorage ? state.Place.StorageHost : state.Place.Host, isStorage);
        state.Requests.Enqueue(call.Record);
        if (http.Request.Headers.Cookie.Count > 0)
            state.Leaks.Enqueue($"cookie on {call.Method} {call.Record.Target}");
        try
        {
            var fault = state.Faults.Take(call.Method, call.Kind);
            http.Request.Body = new ReceivedBody(http, call.Record, fault?.CutRequestAfter, fault?.StallRequestAfter);
            var answer = await FaultyAnswer.GiveAsync(state, call, fault).ConfigureAwait(false);
            call.Record.Status = answer.Status;
            await AnswerSender.SendAsync(http, answer, call.Record, state.Clock).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or BadHttpRequestException)
        {
            http.Abort();
        }
    }
}

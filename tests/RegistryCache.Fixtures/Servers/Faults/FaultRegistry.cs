using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>
/// A registry in memory on loopback that keeps to the distribution specification, insists that its client does too, and goes wrong
/// as its script says. A second origin stands for object storage: it serves signed URLs and takes note of every credential that
/// reaches it. <see cref="Reset"/> makes it new between runs.
/// </summary>
public sealed class FaultRegistry : IAsyncDisposable
{
    /// <summary>Part of every secret that this registry knows or hands out.</summary>
    public const string SecretMark = "s3cr3t";

    public const string User = "cache";
    public const string Password = "password-" + SecretMark;
    public const string IdentityToken = "identity-" + SecretMark;

    private readonly WebApplication _app;
    private RegistryMemory _memory = new(new FaultRegistryOptions());
    private int _storagePort;

    private FaultRegistry()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public static string BasicHeader { get; } = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <summary>The host as used on the wire.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The host of the second origin.</summary>
    public string StorageHost => $"127.0.0.1:{_storagePort}";

    public FaultRegistryOptions Options => _memory.Options;

    public FaultScript Script => _memory.Script;

    public IReadOnlyList<RecordedRequest> Requests => [.. _memory.Requests];

    /// <summary>Where the client did not keep to the specification.</summary>
    public IReadOnlyList<string> Violations => [.. _memory.Violations];

    /// <summary>Credentials and cookies that reached a place that is none of their business.</summary>
    public IReadOnlyList<string> Leaks => [.. _memory.Leaks];

    public int TokensIssued => _memory.Tokens.Issued;

    /// <summary>Uploads that were neither completed nor given up.</summary>
    public int OpenUploads => _memory.Uploads.Count;

    public static async Task<FaultRegistry> StartAsync(FaultRegistryOptions? options = null)
    {
        var registry = new FaultRegistry();
        await registry._app.StartAsync();
        var ports = registry._app.Urls.Select(static url => new Uri(url).Port).ToList();
        registry.Host = $"127.0.0.1:{ports[0]}";
        registry._storagePort = ports[1];
        registry.Reset(options);
        return registry;
    }

    /// <summary>Forgets everything; requests that are still under way keep the old memory.</summary>
    public void Reset(FaultRegistryOptions? options = null) => _memory = new RegistryMemory(options ?? new FaultRegistryOptions());

    /// <summary>Behaves differently from now on, with the repositories as they are.</summary>
    public void Become(FaultRegistryOptions options)
    {
        var memory = new RegistryMemory(options);
        foreach (var (name, repository) in _memory.Repositories)
            memory.Repositories[name] = repository;
        _memory = memory;
    }

    public RepositoryMemory Repository(string name) => _memory.Repository(name);

    public void CreateRepository(string name) => _memory.Repository(name);

    public void RevokeTokens() => _memory.Tokens.Revoke();

    public void RevokeRefreshTokens() => _memory.Tokens.RevokeRefreshTokens();

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    /// <summary>A URL of the second origin whose signature breaks when a single character of it is rewritten.</summary>
    internal string StorageUrl(FaultRequest request) =>
        $"http://{StorageHost}/store/{request.Repository}/{request.Reference}?X-Sig=a%7eb%2f{SecretMark}~c&Expires=1%3a0";

    internal RegistryAnswer Challenge(FaultRequest request, string? error)
    {
        var suffix = error is null ? "" : $",error=\"{error}\"";
        var value = Options.Auth == RegistryAuth.Token
            ? $"Bearer realm=\"http://{Host}/token\",service=\"tests\",scope=\"{ScopeOf(request)}\"{suffix}"
            : "Basic realm=\"tests\"";
        return RegistryAnswer.Error(401, "UNAUTHORIZED").With("WWW-Authenticate", value);
    }

    private static string ScopeOf(FaultRequest request)
    {
        var writes = request.Method is "POST" or "PUT" or "PATCH" or "DELETE" || request.Kind == RequestKind.Upload;
        return $"repository:{request.Repository}:{(request.Method == "DELETE" && request.Kind == RequestKind.Manifest ? "delete" : writes ? "pull,push" : "pull")}";
    }

    private async Task HandleAsync(HttpContext http)
    {
        var memory = _memory;
        var request = FaultRequest.Read(http, http.Connection.LocalPort == _storagePort);
        var record = new RecordedRequest(
            request.Method, request.Kind, request.Target, http.Request.Headers.ToImmutableDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        memory.Requests.Enqueue(record);
        if (http.Request.Headers.Cookie.Count > 0)
            memory.Leaks.Enqueue($"cookie on {request.Method} {request.Target}");
        var fault = memory.Script.Take(request.Method, request.Kind);
        if (fault is { CutRequestAfter: { } cut })
            http.Request.Body = new FaultyRequestBody(http, cut, stalls: false);
        if (fault is { StallRequestAfter: { } stall })
            http.Request.Body = new FaultyRequestBody(http, stall, stalls: true);
        try
        {
            var answer = fault?.Instead is { } instead ? instead(this, request) : await WorkAsync(memory, request);
            fault?.Change?.Invoke(this, answer);
            Decorate(memory, answer);
            record.Status = answer.Status;
            await AnswerSender.SendAsync(http, answer, memory.Options.Clock);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or BadHttpRequestException)
        {
            http.Abort();
        }
    }

    private static void Decorate(RegistryMemory memory, RegistryAnswer answer)
    {
        answer.Headers["Set-Cookie"] = "session=" + SecretMark;
        if (memory.Options.Warning is { } warning)
            answer.Headers["Warning"] = warning;
        if (memory.Options.SendsRateLimits)
        {
            answer.Headers["RateLimit-Limit"] = "100;w=21600";
            answer.Headers["RateLimit-Remaining"] = "76;w=21600";
        }
    }

    private async Task<RegistryAnswer> WorkAsync(RegistryMemory memory, FaultRequest request)
    {
        if (request.Kind == RequestKind.Storage)
            return StorageEndpoint.Answer(memory, this, request);
        if (request.Kind == RequestKind.Token)
            return await memory.Tokens.AnswerAsync(request.Http.Request);
        if (!Allows(memory, request))
            return Challenge(request, request.Http.Request.Headers.Authorization.Count > 0 ? "invalid_token" : null);
        if (memory.Options.RepositoriesMustExist && request.Repository.Length > 0 && !memory.Repositories.ContainsKey(request.Repository))
            return RegistryAnswer.Error(404, "NAME_UNKNOWN", "The repository does not exist in the registry");
        return request.Kind switch
        {
            RequestKind.Ping => RegistryAnswer.Of(200, "{}"u8.ToArray(), "application/json"),
            RequestKind.Blob => BlobEndpoint.Answer(memory, this, request),
            RequestKind.UploadStart or RequestKind.Mount => await UploadEndpoint.StartAsync(memory, this, request),
            RequestKind.Upload => await UploadEndpoint.StepAsync(memory, this, request),
            RequestKind.Manifest => await ManifestEndpoint.AnswerAsync(memory, request),
            RequestKind.Tags => ListingEndpoint.Tags(memory, request),
            RequestKind.Referrers => ListingEndpoint.Referrers(memory, request),
            _ => memory.Violated($"unknown path {request.Target}", 404, "NOT_FOUND"),
        };
    }

    private static bool Allows(RegistryMemory memory, FaultRequest request)
    {
        var header = request.Http.Request.Headers.Authorization.ToString();
        return memory.Options.Auth switch
        {
            RegistryAuth.Basic => header == BasicHeader,
            RegistryAuth.Token => header.StartsWith("Bearer ", StringComparison.Ordinal) && memory.Tokens.Allows(header[7..], ScopeOf(request)),
            _ => true,
        };
    }
}

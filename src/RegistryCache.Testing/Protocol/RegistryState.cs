using System.Collections.Concurrent;
using RegistryCache.Testing.Access;
using RegistryCache.Testing.Faults;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>Everything that one run of the registry remembers; a reset replaces it, and late requests of an earlier run keep
/// theirs.</summary>
internal sealed class RegistryState : IFaultPlace, IDisposable
{
    private readonly PullCount _pulls;

    public RegistryState(TestRegistryOptions options, RegistryPlace place, RegistryStorage? storage = null)
    {
        Options = options;
        Quirks = options.Quirks;
        Place = place;
        Tokens = new TokenDesk(options.Authentication, options.TimeProvider);
        Storage = storage ?? new RegistryStorage(options.Directory);
        _pulls = new PullCount(options.TimeProvider);
    }

    public TestRegistryOptions Options { get; }

    /// <summary>The quirks, which a test can change at any time.</summary>
    public RegistryQuirks Quirks { get; set; }

    public RegistryPlace Place { get; }

    public RegistryFaults Faults { get; } = new();

    public RegistryStorage Storage { get; }

    public TokenDesk Tokens { get; }

    public ConcurrentDictionary<string, UploadSession> Uploads { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public ConcurrentQueue<string> Violations { get; } = new();

    public ConcurrentQueue<string> Leaks { get; } = new();

    public TimeProvider Clock => Options.TimeProvider;

    /// <summary>How many manifests were read in the present window of the rate limit.</summary>
    public int Pulls => _pulls.Current;

    /// <summary>An upload that is under way, unless it has waited for longer than the registry keeps it.</summary>
    public UploadSession? FindUpload(string id)
    {
        if (!Uploads.TryGetValue(id, out var upload))
            return null;
        var now = Clock.GetUtcNow();
        if (now - upload.TouchedAt < Quirks.UploadLifetime || Quirks.UploadLifetime is null)
        {
            upload.TouchedAt = now;
            return upload;
        }

        if (Uploads.TryRemove(id, out _))
            upload.Dispose();
        return null;
    }

    /// <summary>A violation of the specification by the client, and what the registry answers.</summary>
    public RegistryAnswer Violated(string what, int status, string code)
    {
        Violations.Enqueue(what);
        return RegistryAnswer.Error(status, code, what);
    }

    public RegistryAnswer Challenge(RecordedRequest request, string? error)
    {
        var realm = (Quirks.TokenServerElsewhere ? Place.StorageUrl : Place.Url) + "/token";
        var scope = AccessCheck.ScopeOf(request);
        var value = Options.Authentication.Kind == RegistryAuthenticationKind.Bearer
            ? $"Bearer realm=\"{realm}\",service=\"registry.test\"{Parameter("scope", scope)}{Parameter("error", error)}"
            : "Basic realm=\"registry.test\"";
        return RegistryAnswer.Error(401, "UNAUTHORIZED", "authentication required").With("WWW-Authenticate", value);
    }

    public void RevokeTokens() => Tokens.Revoke();

    /// <summary>A URL of the second origin whose signature breaks when a single character of it is rewritten.</summary>
    public string StorageUrl(RecordedRequest request) => StorageUrl(request.Repository, request.Reference);

    public string StorageUrl(string repository, string reference) =>
        $"{Place.StorageUrl}/store/{repository}/{reference}?X-Sig=a%7eb%2f{TestRegistrySecrets.Mark}~c&Expires=1%3a0";

    /// <summary>Counts a pull. Returns what remains, or −1 when the limit was reached before.</summary>
    public int CountPull(int limit) => Math.Max(-1, limit - _pulls.Add());

    public void Dispose()
    {
        foreach (var upload in Uploads.Values)
            upload.Dispose();
        Storage.Dispose();
    }

    private static string Parameter(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $",{name}=\"{value}\"";
}

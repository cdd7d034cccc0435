using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>One request with what its path means.</summary>
public sealed class FaultRequest(HttpContext http, RequestKind kind, string repository, string reference)
{
    public HttpContext Http { get; } = http;

    public string Method => Http.Request.Method;

    public RequestKind Kind { get; } = kind;

    public string Repository { get; } = repository;

    /// <summary>The digest, the tag or the upload, as the path names it.</summary>
    public string Reference { get; } = reference;

    /// <summary>The path and query exactly as they were sent.</summary>
    public string Target => Http.Features.Get<IHttpRequestFeature>()!.RawTarget;

    public static FaultRequest Read(HttpContext http, bool storage)
    {
        var path = http.Request.Path.Value ?? "";
        if (storage)
            return new FaultRequest(http, RequestKind.Storage, "", path[(path.LastIndexOf('/') + 1)..]);
        if (path == "/token")
            return new FaultRequest(http, RequestKind.Token, "", "");
        if (path is "/v2" or "/v2/")
            return new FaultRequest(http, RequestKind.Ping, "", "");
        if (path.StartsWith("/v2/", StringComparison.Ordinal))
        {
            path = path[4..];
            if (path.EndsWith("/blobs/uploads/", StringComparison.Ordinal))
                return new FaultRequest(http, http.Request.Query.ContainsKey("mount") ? RequestKind.Mount : RequestKind.UploadStart, path[..^15], "");
            (string Mark, RequestKind Kind)[] marks =
                [("/blobs/uploads/", RequestKind.Upload), ("/blobs/", RequestKind.Blob), ("/manifests/", RequestKind.Manifest), ("/tags/", RequestKind.Tags), ("/referrers/", RequestKind.Referrers)];
            foreach (var (mark, kind) in marks)
            {
                if (path.LastIndexOf(mark, StringComparison.Ordinal) is > 0 and var at)
                    return new FaultRequest(http, kind, path[..at], path[(at + mark.Length)..]);
            }
        }

        return new FaultRequest(http, RequestKind.Unknown, "", "");
    }
}

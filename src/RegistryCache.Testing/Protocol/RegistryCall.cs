using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RegistryCache.Testing.Protocol;

/// <summary>One request, and what its path means.</summary>
internal sealed class RegistryCall(HttpContext http, RecordedRequest record)
{
    private static readonly (string Mark, RequestKind Kind)[] Marks =
    [
        ("/blobs/uploads/", RequestKind.Upload), ("/blobs/", RequestKind.Blob), ("/manifests/", RequestKind.Manifest),
        ("/tags/", RequestKind.Tags), ("/referrers/", RequestKind.Referrers),
    ];

    public HttpRequest Http => http.Request;

    public RecordedRequest Record { get; } = record;

    public string Method => Record.Method;

    public RequestKind Kind => Record.Kind;

    public string Repository => Record.Repository;

    /// <summary>The digest, the tag or the upload, as the path names it.</summary>
    public string Reference => Record.Reference;

    public bool Writes => Method is "POST" or "PUT" or "PATCH" or "DELETE" || Kind == RequestKind.Upload;

    public static RegistryCall Read(HttpContext http, string host, bool isStorage)
    {
        var (kind, repository, reference) = Understand(http.Request, isStorage);
        var headers = http.Request.Headers.ToImmutableDictionary(
            static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return new RegistryCall(http, new RecordedRequest(http.Request.Method, kind, host, target, repository, reference, headers));
    }

    private static (RequestKind Kind, string Repository, string Reference) Understand(HttpRequest request, bool isStorage)
    {
        var path = request.Path.Value ?? "";
        if (path == "/token")
            return (RequestKind.Token, "", "");
        if (isStorage)
            return (RequestKind.Storage, "", path[(path.LastIndexOf('/') + 1)..]);
        if (path is "/v2" or "/v2/")
            return (RequestKind.Ping, "", "");
        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
            return (RequestKind.Unknown, "", "");
        path = path[4..];
        if (path.EndsWith("/blobs/uploads/", StringComparison.Ordinal) || path.EndsWith("/blobs/uploads", StringComparison.Ordinal))
        {
            var kind = request.Query.ContainsKey("mount") ? RequestKind.Mount : RequestKind.UploadStart;
            return (kind, path[..path.LastIndexOf("/blobs/uploads", StringComparison.Ordinal)], "");
        }

        foreach (var (mark, kind) in Marks)
        {
            if (path.LastIndexOf(mark, StringComparison.Ordinal) is > 0 and var at)
                return (kind, path[..at], path[(at + mark.Length)..]);
        }

        return (RequestKind.Unknown, "", "");
    }
}

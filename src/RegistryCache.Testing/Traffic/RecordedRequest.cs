using System.Collections.Immutable;

namespace RegistryCache.Testing;

/// <summary>A request as it came. The numbers grow until the answer is complete.</summary>
public sealed class RecordedRequest
{
    private long _received;
    private long _sent;

    internal RecordedRequest(
        string method, RequestKind kind, string host, string target, string repository, string reference,
        ImmutableDictionary<string, string> headers)
    {
        Method = method;
        Kind = kind;
        Host = host;
        Target = target;
        Repository = repository;
        Reference = reference;
        Headers = headers;
    }

    /// <summary>The method, for example <c>GET</c>.</summary>
    public string Method { get; }

    /// <summary>What the request is about.</summary>
    public RequestKind Kind { get; }

    /// <summary>The host and port that received the request: those of the registry, or those of its second origin.</summary>
    public string Host { get; }

    /// <summary>The path and query exactly as the client sent them.</summary>
    public string Target { get; }

    /// <summary>The path without the query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The repository in the path, or an empty text.</summary>
    public string Repository { get; }

    /// <summary>The digest, the tag or the id of the upload in the path, or an empty text.</summary>
    public string Reference { get; }

    /// <summary>The headers. Names are case-insensitive; several values of one name are joined with a comma.</summary>
    public ImmutableDictionary<string, string> Headers { get; }

    /// <summary>The status of the answer, or 0 while there is none.</summary>
    public int Status { get; internal set; }

    /// <summary>The bytes of the request's body that the registry has read.</summary>
    public long BytesReceived => Interlocked.Read(ref _received);

    /// <summary>The bytes of the answer's body that the registry has sent.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>The value of the <c>Authorization</c> header, or <see langword="null"/>.</summary>
    public string? Authorization => Headers.GetValueOrDefault("Authorization");

    /// <summary>Whether the client sent a credential or a token.</summary>
    public bool HasCredential => Authorization is not null;

    /// <summary>For example <c>GET /v2/a/b/tags/list → 200</c>.</summary>
    public override string ToString() => $"{Method} {Target} → {Status}";

    internal void CountReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    internal void CountSent(int bytes) => Interlocked.Add(ref _sent, bytes);
}

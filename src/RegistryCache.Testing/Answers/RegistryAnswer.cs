using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing;

/// <summary>An answer of the registry. A fault can give another one, or change it: <see cref="RegistryFault"/>.</summary>
public sealed record RegistryAnswer
{
    private static readonly ImmutableDictionary<string, string> NoHeaders =
        ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    private readonly ReadOnlyMemory<byte> _body;

    /// <summary>Creates an answer without a body.</summary>
    /// <param name="status">The status code.</param>
    public RegistryAnswer(int status) => Status = status;

    /// <summary>The status code.</summary>
    public int Status { get; init; }

    /// <summary>The headers. <c>Content-Length</c> is added when the answer is sent.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>The body. It is empty while the answer has the content of a blob.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get => _body;
        init
        {
            _body = value;
            Stored = null;
            Length = value.Length;
        }
    }

    /// <summary>Content of the storage, which is sent in place of <see cref="Body"/>.</summary>
    internal StoredContent? Stored { get; init; }

    internal long From { get; init; }

    internal long Length { get; init; }

    /// <summary>What Content-Length says in place of the truth.</summary>
    internal long? DeclaredLength { get; init; }

    internal bool HidesLength { get; init; }

    /// <summary>The connection is cut after so many bytes of the body; −1 means before the headers.</summary>
    internal long? CutAfter { get; init; }

    /// <summary>Nothing follows after so many bytes of the body; −1 means not even the headers.</summary>
    internal long? StallAfter { get; init; }

    internal long? CorruptAt { get; init; }

    /// <summary>Whether the body comes in very small pieces.</summary>
    internal bool Drips { get; init; }

    /// <summary>An answer with a body.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">The value of <c>Content-Type</c>.</param>
    public static RegistryAnswer Of(int status, ReadOnlyMemory<byte> body, string contentType) =>
        new RegistryAnswer(status) { Body = body }.With("Content-Type", contentType);

    /// <summary>An error in the form of the specification. Source: distribution-spec 1.1, "Error Codes".</summary>
    /// <param name="status">The status code.</param>
    /// <param name="code">The error code, for example <c>DENIED</c>.</param>
    /// <param name="message">The message.</param>
    public static RegistryAnswer Error(int status, string code, string message = "") => Errors(status, code, message, []);

    /// <summary>The same answer with a header more, or another value of it.</summary>
    /// <param name="header">The name.</param>
    /// <param name="value">The value.</param>
    public RegistryAnswer With(string header, string value) => this with { Headers = Headers.SetItem(header, value) };

    /// <summary>The same answer without a header.</summary>
    /// <param name="header">The name.</param>
    public RegistryAnswer Without(string header) => this with { Headers = Headers.Remove(header) };

    /// <summary>One error for each digest, or one without a detail.</summary>
    internal static RegistryAnswer Errors(int status, string code, string message, IReadOnlyList<string> digests)
    {
        var errors = new JsonArray();
        foreach (var digest in digests.DefaultIfEmpty(""))
        {
            var error = new JsonObject { ["code"] = code, ["message"] = message };
            if (digest.Length > 0)
                error["detail"] = new JsonObject { ["digest"] = digest };
            errors.Add((JsonNode)error);
        }

        return Json(status, new JsonObject { ["errors"] = errors }, "application/json");
    }

    internal static RegistryAnswer Json(int status, JsonNode body, string contentType) =>
        Of(status, Encoding.UTF8.GetBytes(body.ToJsonString()), contentType);

    /// <summary>Status and length, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Status}, {Headers.Count} headers, {Body.Length} bytes");
}

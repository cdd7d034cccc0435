using System.Text;
using System.Text.Json;
using RegistryError = (string Code, string Message, string? Detail);

namespace RegistryCache.Oci.Http;

/// <summary>Turns an error answer into an exception. The body is hostile, so it is capped and its control characters are removed.</summary>
internal static class RegistryErrorReader
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxErrors = 32;
    private const int MaxTextLength = 1000;

    private static readonly string[] RequestIdHeaders =
        ["X-Request-Id", "X-Amzn-RequestId", "X-Ms-Correlation-Request-Id", "X-GitHub-Request-Id", "X-Amz-Request-Id", "Request-Id"];

    public static async Task<RegistryResponseException> ReadAsync(
        RegistryRequest request, HttpResponseMessage response, string? credentialNote, TransportSettings settings,
        CancellationToken cancellationToken)
    {
        string Safe(string text) => settings.Secrets.RemoveFrom(text, request);

        var errors = request.Method == HttpMethod.Head ? []
            : Parse(Encoding.UTF8.GetString(await ReadBodyAsync(response, settings.Time, cancellationToken).ConfigureAwait(false)), Safe);
        var url = settings.Secrets.Show(response.RequestMessage?.RequestUri ?? request.Uri, request);
        var status = (int)response.StatusCode;
        return new RegistryResponseException(
            request.Method.Method, url, status, errors, Header(response, RequestIdHeaders, Safe),
            ReadRateLimit(response, settings.Time, Safe),
            ErrorHints.Find(request, status, errors), credentialNote);
    }

    private static RateLimit? ReadRateLimit(HttpResponseMessage response, TimeProvider time, Func<string, string> safe)
    {
        var limit = Header(response, ["RateLimit-Limit", "X-RateLimit-Limit"], safe);
        var remaining = Header(response, ["RateLimit-Remaining", "X-RateLimit-Remaining"], safe);
        var retryAfter = RetryAfter.Read(response, time);
        return limit is null && remaining is null && retryAfter is null ? null : new RateLimit(limit, remaining, retryAfter);
    }

    private static string? Header(HttpResponseMessage response, string[] names, Func<string, string> safe)
    {
        foreach (var name in names)
        {
            if (response.Headers.TryGetValues(name, out var values))
                return ErrorText.Quote(safe(values.First()), MaxTextLength);
        }

        return null;
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBodyBytes];
        var length = 0;
        try
        {
            // A slow error body is not worth waiting for: the status says enough.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var stream = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            int read;
            while (length < buffer.Length
                && (read = await stream.ReadAsync(buffer.AsMemory(length), linked.Token).ConfigureAwait(false)) > 0)
                length += read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What arrived may still be readable.
        }

        return buffer[..length];
    }

    private static List<RegistryError> Parse(string body, Func<string, string> safe)
    {
        var result = new List<RegistryError>();
        if (body.Length == 0)
            return result;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            {
                foreach (var error in errors.EnumerateArray().Take(MaxErrors))
                {
                    if (error.ValueKind == JsonValueKind.Object)
                        result.Add((Text(error, "code", safe) ?? "", Text(error, "message", safe) ?? "", Text(error, "detail", safe)));
                }
            }
        }
        catch (JsonException)
        {
            // Proxies answer with HTML or plain text. Its start is often the only explanation.
        }

        if (result.Count == 0)
            result.Add(("", ErrorText.Quote(safe(body), 400).Trim('\ufffd', ' '), null));
        return result;
    }

    private static string? Text(JsonElement element, string name, Func<string, string> safe) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : ErrorText.Quote(safe(value.ValueKind == JsonValueKind.String ? Read(value) : value.GetRawText()), MaxTextLength);

    private static string Read(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return value.GetRawText();
        }
    }
}

namespace RegistryCache.Oci.Http;

/// <summary>An exception of the framework as the inner exception of ours. Its message can quote what a peer sent, such as a status line
/// that is not HTTP. A message with a secret or with unsafe characters is therefore replaced. Other messages are kept.</summary>
internal static class FrameworkFailure
{
    public static Exception Clean(Exception failure, KnownSecrets secrets, RegistryRequest request)
    {
        if (IsClean(failure, secrets, request))
            return failure;
        var message = ErrorText.Quote(secrets.RemoveFrom(failure.Message, request), 1000);
        var inner = failure.InnerException is { } cause ? Clean(cause, secrets, request) : null;
        return failure switch
        {
            HttpRequestException http => new HttpRequestException(http.HttpRequestError, message, inner, http.StatusCode),
            OperationCanceledException => new OperationCanceledException(message, inner),
            _ => new IOException($"{failure.GetType().Name}: {message}", inner),
        };
    }

    private static bool IsClean(Exception failure, KnownSecrets secrets, RegistryRequest request)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (secrets.RemoveFrom(e.Message, request) != e.Message
                || ErrorText.Clean(e.Message.ReplaceLineEndings(" ")) != e.Message.ReplaceLineEndings(" "))
                return false;
        }

        return true;
    }
}

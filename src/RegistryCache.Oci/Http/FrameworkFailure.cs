namespace RegistryCache.Oci.Http;

/// <summary>
/// An exception of the framework as the cause of one of ours. Its messages may quote what a peer sent, for example a status line that
/// is not HTTP, so one with a secret or with characters that must not be shown is written anew; every other one stays as it is.
/// </summary>
internal static class FrameworkFailure
{
    public static Exception Clean(Exception failure, KnownSecrets secrets)
    {
        if (IsClean(failure, secrets))
            return failure;
        var message = ErrorText.Quote(secrets.RemoveFrom(failure.Message), 1000);
        var inner = failure.InnerException is { } cause ? Clean(cause, secrets) : null;
        return failure switch
        {
            HttpRequestException http => new HttpRequestException(http.HttpRequestError, message, inner, http.StatusCode),
            OperationCanceledException => new OperationCanceledException(message, inner),
            _ => new IOException($"{failure.GetType().Name}: {message}", inner),
        };
    }

    private static bool IsClean(Exception failure, KnownSecrets secrets)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (secrets.RemoveFrom(e.Message) != e.Message || ErrorText.Clean(e.Message.ReplaceLineEndings(" ")) != e.Message.ReplaceLineEndings(" "))
                return false;
        }

        return true;
    }
}

namespace RegistryCache.Core.Errors;

/// <summary>The exceptions that the framework throws when a file or directory cannot be read or written.</summary>
internal static class StorageError
{
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Runs an operation that may fail without harm.</summary>
    public static void Ignore(Action operation)
    {
        try
        {
            operation();
        }
        catch (Exception error) when (Is(error))
        {
        }
    }
}

namespace RegistryCache.Core.Errors;

/// <summary>The absolute form of a path of this machine.</summary>
internal static class AbsolutePath
{
    /// <exception cref="CacheStorageException">The path is relative, and the working directory cannot be used.</exception>
    public static string Of(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw new CacheStorageException(
                RegistryCacheErrorCode.StorageFailure,
                $"'{ErrorText.Quote(path)}' is a relative path, and the working directory does not exist any more or cannot be read. "
                    + "Change to another directory, or give an absolute path.",
                e);
        }
    }
}

namespace RegistryCache.Core.FileSystem;

/// <summary>The result of an attempt to lock a folder. Disposing frees the lock.</summary>
/// <param name="Held">The lock; <see langword="null"/> if another restore holds it, or if the file system has no locks.</param>
/// <param name="IsHeldByAnother">Whether another restore holds it, in this process or another one that lives.</param>
internal sealed record FolderLock(IDisposable? Held, bool IsHeldByAnother = false) : IDisposable
{
    public void Dispose() => Held?.Dispose();
}

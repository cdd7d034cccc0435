namespace RegistryCache.Core.FileSystem;

/// <summary>What came of trying to lock a folder. Disposing frees it.</summary>
internal sealed class FolderLock(FolderLockState state, IDisposable? held) : IDisposable
{
    public FolderLockState State { get; } = state;

    public void Dispose() => held?.Dispose();
}

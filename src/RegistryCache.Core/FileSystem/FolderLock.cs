namespace RegistryCache.Core.FileSystem;

/// <summary>What came of trying to lock a folder. Disposing frees it.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly IDisposable? _held;

    public FolderLock(FolderLockState state, IDisposable? held)
    {
        State = state;
        _held = held;
    }

    public FolderLockState State { get; }

    public void Dispose() => _held?.Dispose();
}

namespace RegistryCache.Core.Snapshots.FileSystem;

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

internal enum FolderLockState
{
    Taken = 0,

    /// <summary>By another restore, in this process or another one that lives.</summary>
    HeldByAnother = 1,

    /// <summary>This file system has no locks.</summary>
    Unsupported = 2,
}

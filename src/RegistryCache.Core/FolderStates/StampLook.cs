using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.FolderStates;

/// <summary>Asks the system about everything that a state names, on all processors. Nothing is read.</summary>
internal sealed class StampLook(FolderState state, FolderAccess access, bool untilDifferent, CancellationToken cancellationToken)
{
    // A processor that other work takes away for a while gets fewer parts.
    private const int PartLength = 1000;

    private readonly bool[] _same = new bool[state.Entries.Count];
    private volatile bool _isDifferent;

    /// <summary>Which entries are as they were, by their number.</summary>
    /// <param name="state">The state.</param>
    /// <param name="access">How the folder is accessed.</param>
    /// <param name="untilDifferent">Whether to end at the first entry that is not as it was.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    public static Task<bool[]> CompareAsync(
        FolderState state, FolderAccess access, bool untilDifferent, CancellationToken cancellationToken) =>
        Task.Run(() => new StampLook(state, access, untilDifferent, cancellationToken).Compare(), cancellationToken);

    private bool[] Compare()
    {
        Parallel.For(0, (_same.Length + PartLength - 1) / PartLength, part =>
        {
            try
            {
                Compare(part * PartLength, Math.Min(_same.Length, (part + 1) * PartLength));
            }
            catch (CacheStorageException)
            {
                // What cannot be asked for is not known to be as it was.
                _isDifferent = true;
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return _same;
    }

    private void Compare(int start, int end)
    {
        using var root = Folder.Open(state.Folder, access);
        using var way = new OpenPath(root);
        var (parent, folder) = ("", (Folder?)root);
        for (var i = start; i < end && !(untilDifferent && _isDifferent) && !cancellationToken.IsCancellationRequested; i++)
        {
            var entry = state.Entries[i];
            if (entry.Stamp.ShowsChangesFrom(state.Time))
            {
                var slash = Math.Max(0, entry.Path.LastIndexOf('/'));
                if (!entry.Path.AsSpan(0, slash).SequenceEqual(parent))
                {
                    parent = entry.Path[..slash];
                    folder = way.Enter(parent);
                }

                var name = entry.Path.AsSpan(slash == 0 ? 0 : slash + 1);
                _same[i] = (entry.Path.Length == 0 ? FileStamp.Of(root.Describe()) : folder?.StampOf(name)) == entry.Stamp;
            }

            if (!_same[i])
                _isDifferent = true;
        }
    }
}

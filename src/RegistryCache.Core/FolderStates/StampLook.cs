using System.Collections.Concurrent;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.FolderStates;

/// <summary>Asks the system about everything that a state names, on all processors. Nothing is read.</summary>
internal sealed class StampLook(FolderState state, FolderAccess access, bool untilDifferent, CancellationToken cancellationToken)
{
    private readonly bool[] _same = new bool[state.Count];
    private volatile bool _isDifferent;

    /// <summary>Which entries are as they were, by their number.</summary>
    /// <param name="state">The state.</param>
    /// <param name="access">How the folder is accessed.</param>
    /// <param name="untilDifferent">Whether to end at the first entry that is not as it was.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    public static Task<bool[]> CompareAsync(
        FolderState state, FolderAccess access, bool untilDifferent, CancellationToken cancellationToken) =>
        Task.Run(() => new StampLook(state, access, untilDifferent, cancellationToken).Compare(), cancellationToken);

    /// <summary>Whether nobody has put anything else into the folder since: each directory is as it was when it was looked at, and so is
    /// what lies in the folder itself. The folder's own stamp is left out, because a restore puts its staging directory there.</summary>
    /// <param name="state">The state.</param>
    /// <param name="same">What was found to be as it was.</param>
    /// <param name="access">How the folder is accessed.</param>
    public static bool IsStillSame(FolderState state, bool[] same, FolderAccess access)
    {
        try
        {
            using var root = Folder.Open(state.Folder, access);
            using var look = new Look(root);
            foreach (var entries in state.Parts.Select(p => p.Read()))
            {
                foreach (ref readonly var entry in entries)
                {
                    if (same[entries.Number] && !entry.Path.IsEmpty
                        && (entry.Kind == LayerEntryKind.Directory || entry.Path.Parent.IsEmpty) && !look.Finds(entry))
                        return false;
                }
            }

            return true;
        }
        catch (CacheStorageException)
        {
            return false;
        }
    }

    private bool[] Compare()
    {
        // Each worker takes the next part when it is done with one. Ranges would leave one of them alone at the end.
        var parts = Partitioner.Create(state.Parts, EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(parts, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
        {
            try
            {
                Compare(part);
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

    private void Compare(StampedPart part)
    {
        using var root = Folder.Open(state.Folder, access);
        using var look = new Look(root);
        var entries = part.Read();
        foreach (ref readonly var entry in entries)
        {
            if ((untilDifferent && _isDifferent) || cancellationToken.IsCancellationRequested)
                return;
            _same[entries.Number] = entry.Stamp.ShowsChangesFrom(state.Time) && look.Finds(entry);
            if (!_same[entries.Number])
                _isDifferent = true;
        }
    }

    // Entries come in the order of their directories.
    private sealed class Look(Folder root) : IDisposable
    {
        private readonly Folder _root = root;
        private readonly OpenPath _way = new(root);
        private byte[] _parent = [];
        private Folder? _folder = root;

        public bool Finds(in StampedEntry entry)
        {
            var parent = entry.Path.Parent;
            if (!parent.SequenceEqual(_parent))
                (_parent, _folder) = (parent.ToArray(), _way.Enter(PathText.Decode(parent)));
            return (entry.Path.IsEmpty ? FileStamp.Of(_root.Describe()) : _folder?.StampOf(entry.Path.Name)) == entry.Stamp;
        }

        public void Dispose() => _way.Dispose();
    }
}

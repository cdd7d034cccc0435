using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Goes through what is wanted and a part of a state, side by side: both are in the same order. An entry of the state that is not
/// in its order is only not found.</summary>
/// <param name="wanted">What is wanted, from where the part before ended.</param>
/// <param name="stated">The part; <see langword="null"/> if there is no state.</param>
/// <param name="isLast">Whether no other part follows, so that all that is wanted is gone through.</param>
internal sealed class FolderJoin(WantedFolder.Reader wanted, StampedPart.Reader? stated, bool isLast)
{
    private bool _isInPart = stated?.MoveNext() == true;

    /// <summary>Whether the path is wanted.</summary>
    public bool HasWanted { get; private set; }

    /// <summary>Whether the state has the path.</summary>
    public bool HasStated { get; private set; }

    public ref readonly IndexedEntry Wanted => ref wanted.Current;

    public int Layer => wanted.Layer;

    public ref readonly StampedEntry Stated => ref stated!.Current;

    /// <summary>The number of the entry in the state.</summary>
    public int Number => stated!.Number;

    /// <summary>Moves to the next path.</summary>
    public bool MoveNext()
    {
        if (HasWanted)
            wanted.MoveNext();
        if (HasStated)
            _isInPart = stated!.MoveNext();
        if (!_isInPart)
        {
            HasStated = false;
            return HasWanted = isLast && wanted.HasCurrent;
        }

        var order = wanted.HasCurrent ? wanted.Current.Path.CompareTo(stated!.Current.Path) : 1;
        (HasWanted, HasStated) = (order <= 0, order >= 0);
        return true;
    }
}

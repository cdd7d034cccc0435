namespace RegistryCache.Core.Restore;

internal enum JournalKind
{
    /// <summary>A staging directory on another mount. The target is the directory that holds it, the layer its content.</summary>
    Area = 'M',

    /// <summary>A directory that stays, with the metadata that it had.</summary>
    Keep = 'D',

    /// <summary>Something new is moved to a target path; the node identifies it.</summary>
    Place = 'P',

    /// <summary>A directory that is moved as a part of another one.</summary>
    Inner = 'N',

    /// <summary>Something old is moved away.</summary>
    Remove = 'R',

    /// <summary>The time before the first move.</summary>
    Start = 'T',

    /// <summary>After the last move: a directory is removed if nothing is in it.</summary>
    RemoveEmpty = 'E',

    /// <summary>After the last move: a directory gets a mode that locks it.</summary>
    Finish = 'F',

    /// <summary>Everything is in its place. From here on the new state is the valid one.</summary>
    Commit = 'C',
}

namespace RegistryCache;

/// <summary>What happens to symbolic links that can lead out of the folder: absolute ones, and those whose <c>..</c> leads above the folder
/// or comes after a name. A snapshot or a restore never follows a link, whatever is chosen.</summary>
public enum SymbolicLinkPolicy
{
    /// <summary><see cref="Any"/> in a snapshot and in the restore of a folder that a folder cache of this library saved;
    /// <see cref="Inside"/> in every other restore. The default.</summary>
    Default = 0,

    /// <summary>They are an error.</summary>
    Inside = 1,

    /// <summary>They are kept as links. A program that follows one later leaves the folder.</summary>
    Any = 2,

    /// <summary>They are skipped; the report names them.</summary>
    Skip = 3,
}

namespace RegistryCache;

/// <summary>What to do when the config or the manifest of an export exceeds the 1 MiB that BuildKit reads: BuildKit would write it without
/// a word and never use it again.</summary>
public enum OversizePolicy
{
    /// <summary>Export and warn. The default: this library reads it back, BuildKit does not.</summary>
    Warn = 0,

    /// <summary>Fail before anything is sent.</summary>
    Fail = 1,

    /// <summary>Leave out the records that were least recently used for a result, until BuildKit can read the rest.</summary>
    Trim = 2,
}

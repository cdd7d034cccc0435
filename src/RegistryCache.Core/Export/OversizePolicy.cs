namespace RegistryCache;

/// <summary>What to do when the config or the manifest exceeds the 1 MiB that BuildKit reads. BuildKit writes but never uses it.</summary>
public enum OversizePolicy
{
    /// <summary>Export and warn. The default: this library reads it back, BuildKit does not.</summary>
    Warn = 0,

    /// <summary>Fail before the tag is moved. Layers may have been sent by then.</summary>
    Fail = 1,

    /// <summary>Trim: skip the builds with the oldest results until BuildKit can read the config.</summary>
    Trim = 2,
}

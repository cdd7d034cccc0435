namespace RegistryCache.Testing;

/// <summary>How a registry writes the <c>Location</c> of an upload. Source: distribution-spec 1.1, "Pushing Blobs".</summary>
public enum LocationForm
{
    /// <summary><c>/v2/…?_state=…</c></summary>
    HostRelative,

    /// <summary><c>http://host/v2/…?_state=…</c></summary>
    Absolute,

    /// <summary><c>//host/v2/…?_state=…</c></summary>
    WithoutScheme,

    /// <summary>There is no query. A path segment has the state.</summary>
    WithoutQuery,
}

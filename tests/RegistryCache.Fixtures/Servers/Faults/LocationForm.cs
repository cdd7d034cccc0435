namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>How upload Locations are written.</summary>
public enum LocationForm
{
    /// <summary><c>/v2/…?_state=…</c></summary>
    HostRelative,

    /// <summary><c>http://…/v2/…?_state=…</c></summary>
    Absolute,

    /// <summary><c>//host/v2/…</c></summary>
    WithoutScheme,

    /// <summary>No query, a path segment carries the state.</summary>
    WithoutQuery,
}

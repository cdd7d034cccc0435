namespace RegistryCache.Testing;

/// <summary>What a request is about.</summary>
public enum RequestKind
{
    /// <summary>Every kind, for faults that do not choose.</summary>
    Any,

    /// <summary><c>/v2/</c></summary>
    Ping,

    /// <summary>A blob.</summary>
    Blob,

    /// <summary>The POST that starts an upload, or that has the whole blob.</summary>
    UploadStart,

    /// <summary>The POST that mounts a blob of another repository.</summary>
    Mount,

    /// <summary>A step of an upload: PATCH, PUT, GET or DELETE of its Location.</summary>
    Upload,

    /// <summary>A manifest, by tag or by digest.</summary>
    Manifest,

    /// <summary>The list of tags.</summary>
    Tags,

    /// <summary>The list of referrers.</summary>
    Referrers,

    /// <summary>The token server.</summary>
    Token,

    /// <summary>The second origin, which stands for object storage: <c>TestRegistry.StorageHost</c>.</summary>
    Storage,

    /// <summary>A path that the specification does not have.</summary>
    Unknown,
}

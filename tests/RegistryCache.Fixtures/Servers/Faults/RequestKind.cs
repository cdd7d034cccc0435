namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>What a request is about, for scripts that want to meet it.</summary>
public enum RequestKind
{
    Any,
    Ping,
    Blob,
    UploadStart,
    Mount,
    Upload,
    Manifest,
    Tags,
    Referrers,
    Token,

    /// <summary>Anything that reaches the second origin: storage, or the trap.</summary>
    Storage,
    Unknown,
}

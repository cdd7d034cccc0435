namespace RegistryCache.Oci.Layout;

/// <summary>The kinds of things that a path can name.</summary>
internal enum FileNodeKind
{
    None = 0,
    File,
    Directory,
    SymbolicLink,
    Fifo,
    Socket,
    Device,
}

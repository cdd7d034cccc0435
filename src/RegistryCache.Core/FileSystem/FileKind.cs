namespace RegistryCache.Core.FileSystem;

internal enum FileKind
{
    Unknown = 0,
    File = 1,
    Directory = 2,
    SymbolicLink = 3,
    Fifo = 4,
    CharacterDevice = 5,
    BlockDevice = 6,
    Socket = 7,
}

namespace RegistryCache;

/// <summary>What is wrong with a blob.</summary>
public enum CacheDamageKind
{
    /// <summary>The store does not have it.</summary>
    Missing = 0,

    /// <summary>It is shorter or longer than its descriptor says.</summary>
    WrongSize = 1,

    /// <summary>Its bytes have another digest.</summary>
    WrongDigest = 2,

    /// <summary>The blob is what was stored, but it decompresses to something else than <c>containerd.io/uncompressed</c> says.</summary>
    WrongDiffId = 3,

    /// <summary>It cannot be read, decompressed or parsed, or it exceeds a limit.</summary>
    Unreadable = 4,

    /// <summary>The table of contents of an estargz layer is not the one of its descriptor, or does not match the files.</summary>
    WrongToc = 5,
}

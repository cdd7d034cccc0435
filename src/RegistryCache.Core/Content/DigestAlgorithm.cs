namespace RegistryCache.Core.Content;

/// <summary>The digest algorithms that OCI registers and BuildKit accepts.</summary>
internal enum DigestAlgorithm
{
    /// <summary>SHA-256, 64 hexadecimal digits. The default everywhere.</summary>
    Sha256 = 0,

    /// <summary>SHA-384, 96 hexadecimal digits.</summary>
    Sha384 = 1,

    /// <summary>SHA-512, 128 hexadecimal digits.</summary>
    Sha512 = 2,
}

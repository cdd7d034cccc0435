namespace RegistryCache.Compression.Inflate;

/// <summary>Why <see cref="Inflater"/> stopped.</summary>
internal enum InflateStatus
{
    /// <summary>More of the blob must be read.</summary>
    NeedsInput,

    /// <summary>The decoded bytes must be taken.</summary>
    OutputFull,

    Ended,
}

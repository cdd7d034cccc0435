namespace RegistryCache.Oci.Http;

/// <summary>A handler tried to send the body of a blob a second time.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves the transport.
internal sealed class RepeatedBodyException(BodyEnd? first) : Exception("The body of a blob is sent once. The upload repeats it by itself.")
#pragma warning restore CA1032, CA1064
{
    /// <summary>How the first request ended; <see langword="null"/> if it is still under way.</summary>
    public BodyEnd? First { get; } = first;
}

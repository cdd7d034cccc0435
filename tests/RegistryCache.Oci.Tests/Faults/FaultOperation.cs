namespace RegistryCache.Oci.Tests.Faults;

public enum FaultOperation
{
    /// <summary>A cache with all its layers to a tag that names an older cache.</summary>
    Export,

    /// <summary>A cache with the content of every layer.</summary>
    Import,

    /// <summary>A cache to another repository of the same registry, by mounting.</summary>
    Copy,

    /// <summary>One blob that is large enough to be announced, in a single PUT.</summary>
    PushWhole,

    /// <summary>One blob in chunks.</summary>
    PushChunks,

    /// <summary>One blob over parallel ranges.</summary>
    PullRanges,
}

namespace RegistryCache.Core.Steps;

/// <summary>What a session knows of one step.</summary>
internal sealed class StepState(CacheStep step)
{
    public CacheStep Step => step;

    public CacheResult? Recorded { get; set; }

    /// <summary>The result of the step in this build: recorded, or found in a cache.</summary>
    public CacheResult? Result { get; set; }

    /// <summary>Whether the step was found or recorded, so that it is a part of this build.</summary>
    public bool IsSettled => Result is not null;

    /// <summary>The records that were found by definitions. They never change.</summary>
    public IReadOnlyList<CacheRecord>? ByDefinition { get; set; }

    /// <summary>The records that were found by definitions and content. There can be more of them until the step is settled.</summary>
    public IReadOnlyList<CacheRecord>? ByContent { get; set; }

    /// <summary>What <see cref="SessionKeys"/> had counted when <see cref="ByContent"/> was computed.</summary>
    public int ByContentVersion { get; set; } = -1;

    public Digest? ContentDigest => Result?.Chain?.ToChainId();
}

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

    /// <summary>The records that definitions lead to. They never change.</summary>
    public CacheMatch? ByDefinition { get; set; }

    /// <summary>The records that definitions and content lead to. They can become more until the step is settled.</summary>
    public CacheMatch? ByContent { get; set; }

    /// <summary>The version of the session's knowledge at which <see cref="ByContent"/> was computed.</summary>
    public int ByContentVersion { get; set; } = -1;

    public Digest? ContentDigest => ResultDigest.Of(Result?.Chain);
}

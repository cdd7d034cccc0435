using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How <c>BuildSession.RestoreOrRunAsync</c> restores, runs and records. Immutable.</summary>
public sealed record StepRunOptions
{
    /// <summary>What happens to the folder's content when the step runs, and what is recorded afterwards. Default: the step finds an empty
    /// folder, so that nothing of another run is recorded.</summary>
    public RunFolder Folder { get; init => field = Option.Defined(value); }

    /// <summary>What a restore accepts, and what happens to other content of the folder; <see langword="null"/> for the defaults: files
    /// that the result does not have stay.</summary>
    public RestoreOptions? Restore { get; init; }

    /// <summary>What of the folder is recorded, and how; <see langword="null"/> for all of it.</summary>
    public SnapshotOptions? Record { get; init; }

    /// <summary>The layers that the step adds to, from the <see cref="CacheResult"/> of another step; <see langword="null"/> for none. A
    /// restore then gives these layers too.</summary>
    public LayerChain? OnTopOf { get; init; }

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Folder)} = {Folder}, {nameof(Restore)} = {Restore}, {nameof(Record)} = {Record}, "
        + $"{nameof(OnTopOf)} = {OnTopOf}";
}

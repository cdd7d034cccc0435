using System.Diagnostics.CodeAnalysis;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>What a <see cref="FolderCache"/> restored. Immutable.</summary>
public sealed record FolderRestore
{
    /// <summary>A restore, for a test that needs one.</summary>
    /// <param name="requestedKey">The key that was asked for.</param>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public FolderRestore(string requestedKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(requestedKey);
        RequestedKey = requestedKey;
    }

    /// <summary>The key that was asked for.</summary>
    public string RequestedKey { get; }

    /// <summary>The key that was restored; <see langword="null"/> when the folder was not changed.</summary>
    public string? Key { get; init; }

    /// <summary>Whether a folder was restored, under the key itself or a fallback.</summary>
    [MemberNotNullWhen(true, nameof(Key), nameof(CreatedAt), nameof(Report))]
    public bool IsHit => Key is not null && CreatedAt is not null && Report is not null;

    /// <summary>Whether the folder of the key itself was restored, so that it need not be saved again.</summary>
    [MemberNotNullWhen(true, nameof(Key), nameof(CreatedAt), nameof(Report))]
    public bool IsExact => IsHit && Key == RequestedKey;

    /// <summary>Whether one or more keys matched, but none of their folders could be restored: a blob is gone or damaged, or the folder
    /// holds what the options forbid. <see cref="Failures"/> has the reasons.</summary>
    public bool IsUnusable => !IsHit && Failures.Count > 0;

    /// <summary>When the restored folder was saved; <see langword="null"/> for a miss.</summary>
    public CacheTime? CreatedAt { get; init; }

    /// <summary>What the restore did; <see langword="null"/> for a miss. With a <see cref="FolderCacheOptions.StateDirectory"/> the layers,
    /// entries and bytes are those of the whole folder, including what was there already.</summary>
    public RestoreReport? Report { get; init; }

    /// <summary>The prefix that the restored key starts with; <see langword="null"/> if it is the requested key, or a miss.</summary>
    public string? MatchedPrefix { get; init; }

    /// <summary>The bytes of layers that were read from the sources. <see cref="RestoreReport.Bytes"/> has those in the folder.</summary>
    public long BytesFetched { get; init; }

    /// <summary>The layers that were not fetched: they came from local blobs (<see cref="BuildCacheBuilder.UseLocalBlobs"/>), or what they
    /// hold was in the folder already (<see cref="FolderCacheOptions.StateDirectory"/>).</summary>
    public int LayersReused { get; init; }

    /// <summary>The time until the keys of all sources were known.</summary>
    public TimeSpan LookUpTime { get; init; }

    /// <summary>The time spent waiting for the bytes of layers. Layers that are read side by side each count.</summary>
    public TimeSpan FetchTime { get; init; }

    /// <summary>The time of the whole restore. What is neither look-up nor waiting is decompressing and writing.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Warnings about a restore that succeeded, such as a newer folder in a source that is trusted less.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The outcome of each source. A source that could not be read counts as empty; its error is here.</summary>
    public IReadOnlyList<ImportedCache> Sources { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Folders that were found but could not be loaded, in the order in which they were tried.</summary>
    public IReadOnlyList<CacheLoadFailure> Failures { get; init => field = Option.NotNull(value); } = [];

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() => this switch
    {
        { IsExact: true } => $"{Key} restored: {Report}",
        { IsHit: true } => $"{Key} restored in place of {RequestedKey}: {Report}",
        { IsUnusable: true } => $"{RequestedKey} not usable: {Failures[0].Error.Message}",
        _ when Sources.FirstOrDefault(s => s.Error is not null) is { } failed => $"{RequestedKey} not found: {failed.Error!.Message}",
        _ => $"{RequestedKey} not found",
    };
}

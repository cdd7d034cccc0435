using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>The options of an <see cref="OciLayoutStore"/>. They must not change after the store is created.</summary>
public sealed record OciLayoutOptions
{
    /// <summary>The clock for waits and ages. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;

    /// <summary>The maximum total wait for the lock on <c>index.json</c>. Default: 30 seconds. Range: zero or more; zero tries
    /// once.</summary>
    public TimeSpan LockWait { get; init => field = Option.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the store refuses every write. Default: <see langword="false"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The maximum size of <c>index.json</c> in bytes. Default: 16 MiB.</summary>
    public long MaxIndexBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 16L << 20;

    /// <summary>How long an unfinished write in <c>ingest/</c> must be unchanged before it counts as abandoned and is removed. Default: 24
    /// hours. BuildKit resumes such writes without a lock, so the time must be longer than its longest pause.</summary>
    public TimeSpan IngestGracePeriod { get; init => field = Option.NotNegative(value); } = TimeSpan.FromHours(24);

    /// <summary>The minimum age at which <c>reset=true</c> removes a blob that no tag needs. Default: 1 hour. Range: zero or more. Zero
    /// removes such blobs at once, as BuildKit does; an export that runs at the same time can then lose blobs.</summary>
    public TimeSpan ResetGracePeriod { get; init => field = Option.NotNegative(value); } = TimeSpan.FromHours(1);

    /// <summary>The maximum number of manifests and indexes that a sweep follows. Default: 100,000.</summary>
    public int MaxManifests { get; init => field = Option.AtLeast(value, 1); } = 100_000;

    /// <summary>The maximum size in bytes of a manifest that a sweep reads. Default: 64 MiB.</summary>
    public long MaxManifestBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 64L << 20;

    /// <summary>The logger for repairs and clean-ups. Default: none.</summary>
    public ILogger Logger { get; init => field = Option.NotNull(value); } = NullLogger.Instance;
}

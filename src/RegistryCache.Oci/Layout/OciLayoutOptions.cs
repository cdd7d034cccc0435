using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Oci;

/// <summary>The options of an <see cref="OciLayoutStore"/>. They must not change after the store is created.</summary>
public sealed class OciLayoutOptions
{
    /// <summary>The clock for waits and ages. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The maximum total wait for the lock on <c>index.json</c>. Default: 30 seconds. Range: zero or more; zero tries once.
    /// </summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the store refuses every write. Default: <see langword="false"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The maximum size of <c>index.json</c> in bytes. Default: 16 MiB.</summary>
    public long MaxIndexBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How long an unfinished write in <c>ingest/</c> must be unchanged before it counts as abandoned and is removed. Default: 24
    /// hours. BuildKit resumes such writes without a lock, so the time must be longer than its longest pause.
    /// </summary>
    public TimeSpan IngestGracePeriod { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The minimum age at which <c>reset=true</c> removes a blob that no tag needs, see <see cref="LayoutResetOptions.GracePeriod"/>.
    /// Default: 1 hour. Range: zero or more. Zero removes such blobs at once, as BuildKit does; an export that runs at the same time
    /// can then lose blobs.
    /// </summary>
    public TimeSpan ResetGracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The logger for repairs and clean-ups. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal void Validate()
    {
        Require(LockWait >= TimeSpan.Zero, nameof(LockWait));
        Require(IngestGracePeriod >= TimeSpan.Zero, nameof(IngestGracePeriod));
        Require(ResetGracePeriod >= TimeSpan.Zero, nameof(ResetGracePeriod));
        Require(MaxIndexBytes is > 0 and <= int.MaxValue, nameof(MaxIndexBytes));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
    }

    private static void Require(bool condition, string name)
    {
        if (!condition)
            throw new RegistryCacheException(RegistryCacheErrorCode.InvalidOptions, $"{nameof(OciLayoutOptions)}.{name} is out of range.");
    }
}

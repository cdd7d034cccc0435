using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Oci;

/// <summary>How an <see cref="OciLayoutStore"/> behaves. Immutable once the store is created.</summary>
public sealed class OciLayoutOptions
{
    /// <summary>The clock for waiting and for judging ages. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The longest wait, in total, for the lock on <c>index.json</c>. Default: 30 seconds. Range: zero or more; zero tries once.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether every write is refused. Default: <see langword="false"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The largest <c>index.json</c> that is read, in bytes. Default: 16 MiB.</summary>
    public long MaxIndexBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How long an unfinished write in <c>ingest/</c> must have rested before it counts as abandoned and is removed. Default: 24 hours.
    /// BuildKit resumes such writes and holds no lock on them, so this must exceed its longest pause.
    /// </summary>
    public TimeSpan IngestGracePeriod { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How old a blob that no tag needs must be before <c>reset=true</c> removes it, see <see cref="LayoutResetOptions.GracePeriod"/>. Default:
    /// 1 hour. Range: zero or more. BuildKit removes such blobs at once, which zero does too; an export that runs at the same time can then lose blobs.
    /// </summary>
    public TimeSpan ResetGracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where repairs and clean-ups are told. Default: nowhere.</summary>
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

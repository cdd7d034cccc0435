namespace RegistryCache.Oci.Uploads;

/// <summary>Why one request did not complete an upload.</summary>
internal sealed record StepFailure(Exception? Error)
{
    /// <summary>Nothing failed. The next step follows at once.</summary>
    public static readonly StepFailure None = new((Exception?)null);

    public bool IsProgress => Error is null;

    public int? Status { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether trying again is useless.</summary>
    public bool Fatal { get; init; }

    /// <summary>Whether the session is gone or unusable, so the upload must restart.</summary>
    public bool Restart { get; init; }
}

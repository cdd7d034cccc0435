namespace CiRunner;

/// <summary>What a job is expected to find in the cache.</summary>
internal enum Expect
{
    /// <summary>Nothing.</summary>
    Miss,

    /// <summary>A folder with other packages.</summary>
    Fallback,

    /// <summary>The folder with exactly its packages.</summary>
    Exact,
}

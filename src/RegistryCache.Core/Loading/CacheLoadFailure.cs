namespace RegistryCache;

/// <summary>A result of a cache that could not be used.</summary>
/// <param name="Result">The result.</param>
/// <param name="Error">Why.</param>
public sealed record CacheLoadFailure(CacheResult Result, RegistryCacheException Error)
{
    /// <summary>The layer that could not be loaded; <see langword="null"/> when the error is not about one layer.</summary>
    internal Digest? BadLayer { get; init; }

    /// <summary>The error, for a person.</summary>
    public override string ToString() => $"{Result.Chain?.Top.Digest}: {Error.Message}";
}

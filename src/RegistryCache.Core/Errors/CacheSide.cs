namespace RegistryCache;

/// <summary>Which end of an operation an error belongs to.</summary>
public enum CacheSide
{
    /// <summary>Not known, or neither end: wrong options, for example.</summary>
    None = 0,

    /// <summary>The end that content is read from.</summary>
    Source = 1,

    /// <summary>The end that content is written to.</summary>
    Target = 2,
}

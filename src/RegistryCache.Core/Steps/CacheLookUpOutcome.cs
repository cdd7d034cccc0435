namespace RegistryCache;

/// <summary>Why a step was found or missed.</summary>
public enum CacheLookUpOutcome
{
    /// <summary>Found by the definitions of the step and of what it depends on.</summary>
    FoundByDefinition = 0,

    /// <summary>Found only by the content of the inputs (early cut-off).</summary>
    FoundByContent = 1,

    /// <summary>The step is marked as never cached.</summary>
    NeverCached = 2,

    /// <summary>There is no cache: no source was given, or no source had records.</summary>
    EmptyCache = 3,

    /// <summary>No record has this operation and output: the definition is new, or has changed.</summary>
    UnknownOperation = 4,

    /// <summary>The cache has the operation, but with another number of inputs, or an input matches none of its records.</summary>
    InputMismatch = 5,

    /// <summary>Each input is cached, but not in this combination: no record matches all inputs.</summary>
    NoCommonRecord = 6,

    /// <summary>The step was found, but no result of it was exported, as with <c>mode=min</c>.</summary>
    NoResult = 7,

    /// <summary>The step was found, but its results failed to load in this session.</summary>
    ResultsDropped = 8,
}

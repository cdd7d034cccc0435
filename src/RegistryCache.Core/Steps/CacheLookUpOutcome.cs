namespace RegistryCache;

/// <summary>Why a step was found or missed.</summary>
public enum CacheLookUpOutcome
{
    /// <summary>Found by definitions.</summary>
    FoundByDefinition = 0,

    /// <summary>Found only by what the inputs hold: early cut-off.</summary>
    FoundByContent = 1,

    /// <summary>The step is marked as never cached.</summary>
    NeverCached = 2,

    /// <summary>There is no cache at all: no source was given, or none had records.</summary>
    EmptyCache = 3,

    /// <summary>No record has this operation and output: the definition is new, or has changed.</summary>
    UnknownOperation = 4,

    /// <summary>The operation is known, but with another number of inputs, or an input leads to none of its records.</summary>
    InputMismatch = 5,

    /// <summary>Every input leads to records of the operation, but no record is led to by all of them.</summary>
    NoCommonRecord = 6,

    /// <summary>The step was found, but no result of it was exported, as with <c>mode=min</c>.</summary>
    NoResult = 7,

    /// <summary>The step was found, but its results failed to load in this session.</summary>
    ResultsDropped = 8,
}

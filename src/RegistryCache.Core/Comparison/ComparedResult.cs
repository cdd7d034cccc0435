namespace RegistryCache;

/// <summary>What the results of a record say that two caches have. Of several results the newest counts.</summary>
public enum ComparedResult
{
    /// <summary>Both have the same layers, or neither has a result.</summary>
    Same = 0,

    /// <summary>Both have the same content in other blobs, for example in another compression.</summary>
    SameContent = 1,

    /// <summary>Both have a result, with other content: the step was run twice and did not give the same bytes.</summary>
    Different = 2,

    /// <summary>Only the first cache has a result.</summary>
    OnlyLeft = 3,

    /// <summary>Only the second cache has a result.</summary>
    OnlyRight = 4,
}

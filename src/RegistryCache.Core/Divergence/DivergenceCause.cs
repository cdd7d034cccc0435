namespace RegistryCache;

/// <summary>Why a step of one build is not in the cache of another, as far as records tell.</summary>
public enum DivergenceCause
{
    /// <summary>The operation at the same place is another one: command, arguments, environment or options differ.</summary>
    Operation,

    /// <summary>The content of files that the step reads differs, for example that of files of the build context.</summary>
    Content,

    /// <summary>The base image differs.</summary>
    BaseImage,

    /// <summary>Another source that the step reads from differs: an image that files are copied from, a Git repository, a URL.</summary>
    Source,

    /// <summary>The step reads another part of the same input: other paths.</summary>
    Part,

    /// <summary>An input comes from another step than before.</summary>
    OtherStep,

    /// <summary>Each input is known, but not together.</summary>
    Combination,

    /// <summary>The first build has no such step.</summary>
    Added,

    /// <summary>The second build has no such step.</summary>
    Removed,
}

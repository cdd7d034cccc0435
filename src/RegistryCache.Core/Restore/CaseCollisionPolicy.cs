namespace RegistryCache;

/// <summary>What happens to two paths that differ in case only, such as <c>Makefile</c> and <c>makefile</c>.</summary>
public enum CaseCollisionPolicy
{
    /// <summary>They are an error if the file system of the folder treats them as one path. The default.</summary>
    Detect = 0,

    /// <summary>They are an error everywhere.</summary>
    Refuse = 1,

    /// <summary>They are not looked for. On a file system that ignores case the later one replaces the earlier one.</summary>
    Allow = 2,
}

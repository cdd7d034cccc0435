namespace RegistryCache.Oci;

/// <summary>How far <see cref="RegistryClient.CheckAccessAsync"/> looks.</summary>
public enum RegistryAccessCheck
{
    /// <summary>Whether the repository can be read.</summary>
    Pull,

    /// <summary>Also whether it can be written, as far as the token says that the registry gives for it. Nothing is written. Registries
    /// with user name and password only, and those whose tokens cannot be read, do not say it.</summary>
    PullAndPush,

    /// <summary>Also whether it can be written, proven by an upload that is opened and cancelled at once. No content is written.</summary>
    PullAndUpload,
}

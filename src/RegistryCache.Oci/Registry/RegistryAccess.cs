namespace RegistryCache.Oci;

/// <summary>What a registry allows in a repository, as <see cref="RegistryClient.CheckAccessAsync"/> found it. Reading is allowed;
/// otherwise there is an exception.</summary>
public sealed record RegistryAccess
{
    /// <summary>Whether writing is allowed; <see langword="null"/> if that was not asked, or cannot be known without opening an
    /// upload.</summary>
    public bool? CanPush { get; init; }

    /// <summary>What the answer about writing relies on: one sentence.</summary>
    public string Evidence { get; init; } = "";
}

namespace RegistryCache.Oci;

/// <summary>One entry of a registry's error list. Source: OCI distribution-spec, "Error Codes".</summary>
/// <param name="Code">The code, for example <c>MANIFEST_INVALID</c>; empty if absent.</param>
/// <param name="Message">The text for people; empty if absent.</param>
/// <param name="Detail">Whatever the registry added, as JSON; <see langword="null"/> if absent.</param>
public sealed record RegistryError(string Code, string Message, string? Detail);

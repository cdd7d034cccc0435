namespace RegistryCache;

/// <summary>A repository that is known to hold a blob, so that a store on the same registry can mount it instead of receiving it again.</summary>
/// <param name="Registry">The registry's host as used on the wire, with its port if it has one: <c>ghcr.io</c>, <c>localhost:5000</c>.</param>
/// <param name="Repository">The repository path, for example <c>acme/app</c>.</param>
public sealed record BlobOrigin(string Registry, string Repository);

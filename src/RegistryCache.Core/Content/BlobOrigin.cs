namespace RegistryCache;

/// <summary>A repository that holds a blob, so that a store on the same registry can mount it instead of receiving it.</summary>
/// <param name="Registry">The registry's host as requests name it, with its port if any: <c>ghcr.io</c>, <c>localhost:5000</c>.</param>
/// <param name="Repository">The repository path, for example <c>acme/app</c>.</param>
public sealed record BlobOrigin(string Registry, string Repository);

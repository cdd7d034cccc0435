namespace RegistryCache.Docker.Tests.Builds;

/// <summary>One step of a build as buildx reports it.</summary>
internal sealed record BuildStep(string Vertex, string Name, bool Cached, string? Error);

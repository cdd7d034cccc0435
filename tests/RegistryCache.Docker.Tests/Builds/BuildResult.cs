using RegistryCache.Docker.Tests.Engine;

namespace RegistryCache.Docker.Tests.Builds;

/// <summary>A finished build: its steps, and the file tree it produced.</summary>
internal sealed record BuildResult(ProgramRun Run, IReadOnlyList<BuildStep> Steps, FileTree Tree)
{
    public IEnumerable<BuildStep> Executed => Steps.Where(step => !step.Cached);

    public int CachedCount => Steps.Count(step => step.Cached);

    public string Describe() => string.Join('\n', Steps.Select(step => $"  {(step.Cached ? "CACHED" : "ran   ")} {step.Name}"));
}

using RegistryCache;

namespace BuildTool;

/// <summary>One task: its cache step, its output folder, and the action that creates it.</summary>
internal sealed record BuildTask(string Name, CacheStep Step, string Output, IReadOnlyList<BuildTask> After, Func<Task> Run);

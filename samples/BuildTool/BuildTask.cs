using RegistryCache;

namespace BuildTool;

/// <summary>One task: its cache step, the folder that it makes, and how.</summary>
internal sealed record BuildTask(string Name, CacheStep Step, string Output, IReadOnlyList<BuildTask> After, Func<Task> Run);

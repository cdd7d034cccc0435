namespace RegistryCache.Core.Parameters;

/// <summary>What is wrong with a target, without a full stop, the key in its text, and the nearest valid name, if there is one.</summary>
internal sealed record ParameterProblem(string Key, string Problem, string? Suggestion = null);

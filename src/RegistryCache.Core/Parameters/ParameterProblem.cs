namespace RegistryCache.Core.Parameters;

/// <summary>What is wrong with the options of a target.</summary>
/// <param name="Key">The key that says it in a text.</param>
/// <param name="Problem">What is wrong, without a full stop.</param>
/// <param name="Suggestion">The nearest valid name, if there is one.</param>
internal sealed record ParameterProblem(string Key, string Problem, string? Suggestion = null);

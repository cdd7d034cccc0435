namespace RegistryCache.Testing.Answers;

/// <summary>Ends an answer that has begun.</summary>
internal sealed class AnswerCutException() : Exception("The answer is cut, as the fault says.");

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Ends an answer that has begun before it is whole.</summary>
internal sealed class AnswerCutException : Exception;

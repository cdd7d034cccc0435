namespace RegistryCache.Peers.Processes;

/// <summary>A measured program failed, or did not do what it was asked for. Its row says so, and the others go on.</summary>
internal sealed class ProgramFailedException(string message) : Exception(message);

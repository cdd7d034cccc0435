namespace RegistryCache.Docker.Tests.Rows;

/// <summary>A row did not show what it must show; the message carries all that is needed to find out why.</summary>
internal sealed class RowFailedException(string message, Exception? inner = null) : Exception(message, inner);

namespace RegistryCache.Oci.Http;

/// <summary>A request was not sent, or not once more, because another writer was faster.</summary>
internal sealed class OutdatedRequestException() : Exception("Another writer was faster.");

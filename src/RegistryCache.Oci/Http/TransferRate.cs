namespace RegistryCache.Oci.Http;

/// <summary>The minimum rate of a transfer while it waits for the network.</summary>
/// <param name="BytesPerSecond">Bytes a second; 0 allows any rate.</param>
/// <param name="Window">The time over which the rate is measured.</param>
internal readonly record struct TransferRate(long BytesPerSecond, TimeSpan Window);

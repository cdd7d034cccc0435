namespace RegistryCache.Oci.Http;

/// <summary>The least that a transfer must move while the network is waited for.</summary>
/// <param name="BytesPerSecond">Bytes a second; 0 allows any rate.</param>
/// <param name="Window">The time over which the rate is measured.</param>
internal readonly record struct TransferRate(long BytesPerSecond, TimeSpan Window);

namespace RegistryCache.Storage;

/// <summary>What pushing a blob did.</summary>
/// <param name="Outcome">How the blob came to be in the store.</param>
/// <param name="BytesSent">Bytes that went out, repeated parts included; 0 unless uploaded.</param>
public readonly record struct BlobPushResult(BlobPushOutcome Outcome, long BytesSent);

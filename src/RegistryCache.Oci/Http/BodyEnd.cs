namespace RegistryCache.Oci.Http;

/// <summary>How a request with the body of a blob ended: with a status or with a failure.</summary>
internal sealed record BodyEnd(int? Status, Exception? Failure, TimeSpan Elapsed);

namespace RegistryCache.Peers.Processes;

/// <summary>One run of one program.</summary>
internal sealed record Measurement(double Seconds, double ProcessorSeconds, long PeakBytes);

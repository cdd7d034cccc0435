namespace RegistryCache;

/// <summary>What a restore did.</summary>
/// <param name="Layers">The layers that were applied.</param>
/// <param name="Entries">Their entries, whiteouts included.</param>
/// <param name="Bytes">The bytes of their files, holes included.</param>
/// <param name="Skipped">Paths that were left out, as the options say: devices.</param>
public sealed record RestoreReport(int Layers, long Entries, long Bytes, IReadOnlyList<string> Skipped);

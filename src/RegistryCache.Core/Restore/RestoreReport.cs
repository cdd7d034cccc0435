using System.Globalization;

namespace RegistryCache;

/// <summary>What a restore did.</summary>
/// <param name="Layers">The layers that were applied.</param>
/// <param name="Entries">Their entries, whiteouts included. The files in which this library keeps times and indexes do not count.</param>
/// <param name="Bytes">The bytes of their files, holes included.</param>
/// <param name="Skipped">Paths that were skipped, as the options say: devices, and links that lead out of the folder.</param>
public sealed record RestoreReport(int Layers, long Entries, long Bytes, IReadOnlyList<string> Skipped)
{
    /// <summary>The entries whose set-user-id and set-group-id bits were cleared, as <see cref="RestoreOptions.SetIdBits"/> says.</summary>
    public long SetIdBitsCleared { get; init; }

    /// <summary>The numbers, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Layers} layers, {Entries} entries, {Bytes} bytes{(Skipped.Count == 0 ? "" : $", {Skipped.Count} skipped")}");
}

using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The extended headers before an entry: pax records, and long names of GNU tar.</summary>
internal sealed class TarExtensions(TarTolerances tolerances = TarTolerances.None)
{
    private bool _describesNext;

    public PaxRecords Records { get; } = new();

    public string? LongName { get; private set; }

    public string? LongLink { get; private set; }

    public static bool IsExtension(byte type) => type is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';

    public bool Accepts(TarTolerances tolerance) => tolerances.HasFlag(tolerance);

    public void Add(byte type, ReadOnlySpan<byte> data)
    {
        _describesNext |= type != 'g';
        if (type == 'L')
            LongName = LongText(data);
        else if (type == 'K')
            LongLink = LongText(data);
        else if (type == 'x' || !Accepts(TarTolerances.SkipGlobalRecords))
            Records.Read(data, isGlobal: type == 'g');
    }

    /// <summary>Checks that an entry followed the extended headers. Otherwise they would describe whatever comes next.</summary>
    public void CheckEnd()
    {
        if (_describesNext)
            throw LayerPaths.Invalid("The tar ends after an extended header, before the entry that it describes");
    }

    /// <summary>Forgets all but global records, before the next entry.</summary>
    public void Clear()
    {
        Records.ClearLocal();
        (LongName, LongLink, _describesNext) = (null, null, false);
    }

    private string LongText(ReadOnlySpan<byte> data)
    {
        data = data.TrimEnd((byte)0);
        var end = data.IndexOf((byte)0);
        if (end >= 0 && !Accepts(TarTolerances.EndAtNul))
            throw LayerPaths.Invalid("A long name contains a NUL character");
        return PathText.Decode(end < 0 ? data : data[..end]);
    }
}

using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The pax records that count for one entry: the global ones, overridden by its own. Records of sparse maps of version 0.0 come
/// more than once, so the order is kept for those. Source: POSIX pax, "pax Extended Header".</summary>
internal sealed class PaxRecords
{
    private const string SparsePrefix = "GNU.sparse.";
    private readonly Dictionary<string, byte[]> _global = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _local = new(StringComparer.Ordinal);

    /// <summary>GNU.sparse.offset and GNU.sparse.numbytes of version 0.0, in pairs.</summary>
    public List<(string Key, byte[] Value)> SparsePairs { get; } = [];

    public IEnumerable<KeyValuePair<string, byte[]>> All =>
        _global.Where(pair => !_local.ContainsKey(pair.Key)).Concat(_local).Where(pair => pair.Value.Length > 0);

    /// <summary>Whether any record is about a sparse file.</summary>
    public bool HasSparse => SparsePairs.Count > 0 || _local.Keys.Any(key => key.StartsWith(SparsePrefix, StringComparison.Ordinal));

    public void ClearLocal()
    {
        _local.Clear();
        SparsePairs.Clear();
    }

    public byte[]? Find(string key)
    {
        // An empty value takes a record back.
        if (_local.TryGetValue(key, out var value) || _global.TryGetValue(key, out value))
            return value.Length > 0 ? value : null;
        return null;
    }

    public string? FindText(string key)
    {
        var value = Find(key);
        if (value is null)
            return null;
        return value.AsSpan().Contains((byte)0)
            ? throw LayerPaths.Invalid($"The pax record '{key}' contains a NUL character")
            : PathText.Decode(value);
    }

    public void Read(ReadOnlySpan<byte> data, bool isGlobal)
    {
        while (!data.IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            if (space <= 0 || space > 10)
            {
                // Some writers fill the rest of the data with zeros.
                if (!data.ContainsAnyExcept((byte)0))
                    return;
                throw LayerPaths.Invalid("A pax record has no length");
            }

            var length = TarNumber.ParseDecimal(data[..space], "length of a record");
            if (length <= space + 2 || length > data.Length || data[(int)length - 1] != '\n')
                throw LayerPaths.Invalid("A pax record has a wrong length");
            var record = data[(space + 1)..((int)length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw LayerPaths.Invalid("A pax record has no key");
            Add(PathText.Decode(record[..equals]), record[(equals + 1)..].ToArray(), isGlobal);
            data = data[(int)length..];
        }
    }

    private void Add(string key, byte[] value, bool isGlobal)
    {
        if (!isGlobal)
        {
            if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
                SparsePairs.Add((key, value));
            else
                _local[key] = value;
            return;
        }

        // These make sense for one entry only. A global one would trick readers that ignore global headers.
        if (key is "path" or "linkpath" or "size" or NameEscapes.Record || key.StartsWith(SparsePrefix, StringComparison.Ordinal))
            throw LayerPaths.Invalid($"A global pax header sets '{key}' for all entries");
        _global[key] = value;
    }
}

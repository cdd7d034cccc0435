using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RegistryCache.Core.Content;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Layout;

/// <summary>The content of <c>index.json</c>. Unknown entries and members keep their bytes. Entries that BuildKit would write are written
/// exactly as BuildKit writes them. Source: BuildKit client/ociindex/ociindex.go, OCI image-spec image-index.md.</summary>
internal sealed class LayoutIndex
{
    private readonly List<(string Name, byte[] Json)> _members = [];
    private readonly List<LayoutIndexEntry> _entries = [];

    public IReadOnlyList<LayoutIndexEntry> Entries => _entries;

    /// <summary>An index without entries.</summary>
    public static LayoutIndex Create() => Parse("{}"u8.ToArray());

    /// <summary>Parses an index. An empty file is an error, because a crash may have truncated it. BuildKit accepts it as empty.</summary>
    /// <exception cref="JsonException">The file is empty, or not an index.</exception>
    public static LayoutIndex Parse(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
            throw new JsonException("The file is empty, possibly after a crash.");
        var index = new LayoutIndex();
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("index.json is not a JSON object.");
        foreach (var member in document.RootElement.EnumerateObject())
            index.Add(member);
        index.AddDefaults();
        return index;
    }

    /// <summary>The entry of a tag: the first with that image name, otherwise the first with that reference name.</summary>
    public LayoutIndexEntry? Find(string tag) =>
        _entries.FirstOrDefault(e => e.ImageName == tag) ?? _entries.FirstOrDefault(e => e.RefName == tag);

    /// <summary>Points a tag to a manifest. Entries with an image name belong to image exports and stay.</summary>
    public void Put(Descriptor descriptor, string tag)
    {
        _entries.RemoveAll(e => (e.RefName ?? "") == tag && string.IsNullOrEmpty(e.ImageName));
        _entries.Add(LayoutIndexEntry.Create(descriptor, tag));
    }

    /// <summary>Removes the entries of a tag or digest, those of image exports too: the tag must not resolve any longer.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(ManifestReference reference) => _entries.RemoveAll(e => reference.Tag is { } tag
        ? e.ImageName == tag || e.RefName == tag
        : e.Digest == reference.Digest.ToString()) > 0;

    public byte[] ToBytes()
    {
        using var result = new MemoryStream();
        var separator = "{"u8.ToArray();
        foreach (var (name, json) in _members)
        {
            result.Write(separator);
            separator = ","u8.ToArray();
            result.Write(GoJsonWriter.Quote(name));
            result.Write(":"u8);
            if (name == "manifests")
                WriteEntries(result);
            else
                result.Write(json);
        }

        result.Write("}"u8);
        return result.ToArray();
    }

    private void WriteEntries(MemoryStream result)
    {
        result.Write("["u8);
        for (var i = 0; i < _entries.Count; i++)
        {
            if (i > 0)
                result.Write(","u8);
            result.Write(_entries[i].Json);
        }

        result.Write("]"u8);
    }

    private void Add(JsonProperty member)
    {
        // Otherwise a repeated member would be written twice. The last one counts, as in common JSON readers.
        _members.RemoveAll(m => m.Name == member.Name);
        _members.Add((member.Name, JsonMarshal.GetRawUtf8Value(member.Value).ToArray()));
        if (member.Name != "manifests")
            return;
        _entries.Clear();
        if (member.Value.ValueKind == JsonValueKind.Null)
            return;
        if (member.Value.ValueKind != JsonValueKind.Array)
            throw new JsonException("The member manifests is not an array.");
        foreach (var entry in member.Value.EnumerateArray())
            _entries.Add(LayoutIndexEntry.Read(entry));
    }

    private void AddDefaults()
    {
        SetDefault("schemaVersion", 0, "2"u8.ToArray(), "0");
        SetDefault("mediaType", 1, GoJsonWriter.Quote(MediaTypes.OciIndex), "\"\"");
        SetDefault("manifests", _members.Count, [], "");
    }

    private void SetDefault(string name, int position, byte[] json, string zero)
    {
        var at = _members.FindIndex(m => m.Name == name);
        if (at < 0)
            _members.Insert(Math.Min(position, _members.Count), (name, json));
        else if (name != "manifests" && Encoding.UTF8.GetString(_members[at].Json) is var text && (text == zero || text == "null"))
            _members[at] = (name, json);
    }
}

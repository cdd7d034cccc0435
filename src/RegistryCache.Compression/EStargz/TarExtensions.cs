using System.Text;

namespace RegistryCache.Compression.EStargz;

/// <summary>What the extended headers before an entry say: pax records and GNU long names.</summary>
internal sealed class TarExtensions
{
    private const string XattrPrefix = "SCHILY.xattr.";

    public string? Name { get; private set; }

    public string? LinkName { get; private set; }

    public long? Size { get; private set; }

    public long? UserId { get; private set; }

    public long? GroupId { get; private set; }

    public string? UserName { get; private set; }

    public string? GroupName { get; private set; }

    /// <summary>Seconds since 1970, rounded to whole ones.</summary>
    public long? ModificationTime { get; private set; }

    /// <summary>Whether the entry's data is a sparse file in one of the pax forms.</summary>
    public bool IsSparse { get; private set; }

    public SortedDictionary<string, byte[]>? Xattrs { get; private set; }

    public void SetGnuName(ReadOnlySpan<byte> content) => Name = TarHeader.Text(content);

    public void SetGnuLinkName(ReadOnlySpan<byte> content) => LinkName = TarHeader.Text(content);

    /// <summary>Takes the records of a pax header: <c>length key=value\n</c>, one behind the other.</summary>
    public void AddPax(ReadOnlySpan<byte> content, long offset)
    {
        while (!content.IsEmpty)
        {
            var space = content.IndexOf((byte)' ');
            if (space <= 0)
                throw TarHeader.InvalidTar(offset, "a pax record has no length");
            var length = TarNumber.ParseDecimal(content[..space], offset);
            if (length <= space + 2 || length > content.Length || content[(int)length - 1] != (byte)'\n')
                throw TarHeader.InvalidTar(offset, "a pax record has a wrong length");
            var record = content[(space + 1)..((int)length - 1)];
            content = content[(int)length..];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw TarHeader.InvalidTar(offset, "a pax record has no key");
            Add(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..], offset);
        }
    }

    private void Add(string key, ReadOnlySpan<byte> value, long offset)
    {
        // An empty value takes back what was said before.
        var text = value.IsEmpty ? null : Encoding.UTF8.GetString(value);
        switch (key)
        {
            case "path":
                Name = text;
                break;
            case "linkpath":
                LinkName = text;
                break;
            case "uname":
                UserName = text;
                break;
            case "gname":
                GroupName = text;
                break;
            case "size":
                Size = text is null ? null : TarNumber.ParseDecimal(value, offset);
                break;
            case "uid":
                UserId = text is null ? null : TarNumber.ParseDecimal(value, offset);
                break;
            case "gid":
                GroupId = text is null ? null : TarNumber.ParseDecimal(value, offset);
                break;
            case "mtime":
                ModificationTime = text is null ? null : RoundedSeconds(value, offset);
                break;
            default:
                if (key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
                    IsSparse = true;
                else if (key.StartsWith(XattrPrefix, StringComparison.Ordinal))
                    (Xattrs ??= new(StringComparer.Ordinal))[key[XattrPrefix.Length..]] = value.ToArray();
                break;
        }
    }

    private static long RoundedSeconds(ReadOnlySpan<byte> value, long offset)
    {
        var point = value.IndexOf((byte)'.');
        if (point < 0)
            return TarNumber.ParseDecimal(value, offset);
        var seconds = point == 0 ? 0 : TarNumber.ParseDecimal(value[..point], offset);
        var fraction = value[(point + 1)..];
        if (fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            throw TarHeader.InvalidTar(offset, "a time is not decimal");

        // Half a second rounds up, in a time before 1970 too: -1.5 is the instant -2 + 0.5.
        var half = !fraction.IsEmpty && fraction[0] >= (byte)'5';
        if (value[0] != (byte)'-')
            return half ? seconds + 1 : seconds;
        var exactlyHalf = half && fraction[0] == (byte)'5' && fraction[1..].IndexOfAnyExcept((byte)'0') < 0;
        return half && !exactlyHalf ? seconds - 1 : seconds;
    }
}

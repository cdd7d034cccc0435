using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>Which metadata of an entry is restored.</summary>
internal sealed class EntryMetadata(RestoreOptions options)
{
    /// <summary>How many entries have lost set-id bits.</summary>
    public long Stripped { get; private set; }

    public NodeMetadata Of(LayerEntry entry)
    {
        var mode = entry.Mode;
        if ((mode & FileModes.SetIds) != 0 && entry.Kind != LayerEntryKind.SymbolicLink)
        {
            if (options.SetIdBits == EntryPolicy.Refuse)
                throw LayerPaths.Unsafe(
                    $"'{ErrorText.Quote(entry.Path)}' would run with the rights of its owner or group "
                    + $"(mode {Convert.ToString((int)mode, 8)})");
            if (options.SetIdBits == EntryPolicy.Skip)
            {
                mode &= ~FileModes.SetIds;
                Stripped++;
            }
        }

        return new NodeMetadata
        {
            Mode = mode,
            Owner = options.KeepOwners ? (Owner(entry.UserId, entry), Owner(entry.GroupId, entry)) : null,
            Modified = options.Times switch
            {
                TimePolicy.Now => null,
                TimePolicy.Fixed => ToFileTime(LayerEntry.FixedTime),
                _ => ToFileTime(entry.ModifiedAt),
            },
            Attributes = options.ExtendedAttributes == ExtendedAttributePolicy.None || entry.ExtendedAttributes.Count == 0
                ? null
                : entry.ExtendedAttributes
                    .Where(pair => NodeAttributes.IsCarried(pair.Key, options.ExtendedAttributes))
                    .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        };
    }

    private static FileTime ToFileTime(CacheTime time) => new(time.UnixSeconds, time.Nanosecond);

    // Programs in C write large numbers as negative ones. They are passed on in 32 bits, as containerd does; -1 then changes nothing.
    private static uint Owner(long id, LayerEntry entry) => id is >= int.MinValue and < uint.MaxValue
        ? unchecked((uint)id)
        : throw LayerPaths.Invalid($"The owner of '{ErrorText.Quote(entry.Path)}' is {id}, which is out of range");
}

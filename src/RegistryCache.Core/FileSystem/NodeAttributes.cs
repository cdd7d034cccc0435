using System.Collections.Immutable;

namespace RegistryCache.Core.FileSystem;

/// <summary>Decides which extended attributes are carried.</summary>
internal static class NodeAttributes
{
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(Folder folder, string name, ExtendedAttributePolicy policy) =>
        policy == ExtendedAttributePolicy.None
            ? ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty
            : folder.ReadAttributes(name)
                .Where(pair => IsCarried(pair.Key, policy))
                .ToDictionary(pair => pair.Key, pair => (ReadOnlyMemory<byte>)pair.Value, StringComparer.Ordinal);

    public static bool IsCarried(string name, ExtendedAttributePolicy policy) => policy switch
    {
        ExtendedAttributePolicy.None => false,
        ExtendedAttributePolicy.User => name.StartsWith("user.", StringComparison.Ordinal),
        _ => true,
    };
}

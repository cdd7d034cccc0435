namespace RegistryCache.Core.Tar;

/// <summary>Numbers and names that the reading and the writing side share. Source: POSIX pax, GNU tar manual "Basic Tar Format".</summary>
internal static class TarFormat
{
    public const int BlockSize = 512;

    public const int NameLength = 100;
    public const int PrefixOffset = 345;
    public const int PrefixLength = 155;
    public const int ModeOffset = 100;
    public const int UserOffset = 108;
    public const int GroupOffset = 116;
    public const int SizeOffset = 124;
    public const int TimeOffset = 136;
    public const int ChecksumOffset = 148;
    public const int TypeOffset = 156;
    public const int LinkOffset = 157;
    public const int MagicOffset = 257;
    public const int UserNameOffset = 265;
    public const int GroupNameOffset = 297;
    public const int OwnerNameLength = 32;
    public const int MajorOffset = 329;
    public const int MinorOffset = 337;

    /// <summary>In a header of type S, and in each block that continues its map: whether another block continues it.</summary>
    public const int SparseIsExtendedOffset = 482;
    public const int SparseContinuesOffset = 504;

    public const string AttributePrefix = "SCHILY.xattr.";

    public static int Padding(long size) => (int)(-size & (BlockSize - 1));
}

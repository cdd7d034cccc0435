namespace RegistryCache.Core.Pictures;

/// <summary>In which of two compared caches a record is.</summary>
internal enum PictureSide
{
    Both,
    Before,
    After,
}

namespace RegistryCache.Storage;

/// <summary>How a tag or a manifest was removed from a store, or why it was not.</summary>
public enum ManifestRemoval
{
    /// <summary>The tag was deleted by its name. In a registry, the manifest can still be there under its digest.</summary>
    Deleted = 0,

    /// <summary>The manifest was deleted by its digest, and the tag with it. No other tag had it.</summary>
    DeletedByDigest = 1,

    /// <summary>The tag was moved to a manifest that was made for this, and that one was deleted by its digest. Other tags have the
    /// manifest that the tag had, and keep it.</summary>
    DeletedByThrowaway = 2,

    /// <summary>There was nothing to delete any more.</summary>
    Absent = 3,

    /// <summary>The tag points to another manifest now, or a tag needs the manifest. Nothing was deleted.</summary>
    InUse = 4,

    /// <summary>The store does not allow it. Only its own rules for retention, or its operators, can remove it.</summary>
    Refused = 5,
}

namespace RegistryCache.Testing.Storage;

/// <summary>Where bytes stay, and which repository has which of them. Names are checked before they come here.</summary>
internal abstract class Vault : IDisposable
{
    public abstract Ingest Begin();

    /// <summary>Keeps content that has come in. Content with this digest is replaced.</summary>
    public abstract StoredContent Keep(Ingest ingest, Digest digest);

    /// <summary>Removes content that no repository has any more.</summary>
    public abstract void Forget(string digest);

    public abstract void WriteBlob(string repository, string digest);

    public abstract void WriteManifest(string repository, string digest, string mediaType);

    public abstract void WriteTag(string repository, string tag, string digest);

    public abstract void RemoveBlob(string repository, string digest);

    public abstract void RemoveManifest(string repository, string digest);

    public abstract void RemoveTag(string repository, string tag);

    /// <summary>Puts the repositories of an earlier time into a table.</summary>
    public abstract void Load(RepositoryTable table);

    public abstract void Dispose();
}

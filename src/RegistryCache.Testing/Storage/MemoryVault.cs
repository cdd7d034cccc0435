namespace RegistryCache.Testing.Storage;

/// <summary>Keeps bytes in memory. The table of repositories is all that there is to know.</summary>
internal sealed class MemoryVault : Vault
{
    public override Ingest Begin() => new MemoryIngest();

    public override StoredContent Keep(Ingest ingest, Digest digest) => ((MemoryIngest)ingest).ToContent();

    public override void Forget(string digest)
    {
    }

    public override void WriteBlob(string repository, string digest)
    {
    }

    public override void WriteManifest(string repository, string digest, string mediaType)
    {
    }

    public override void WriteTag(string repository, string tag, string digest)
    {
    }

    public override void RemoveBlob(string repository, string digest)
    {
    }

    public override void RemoveManifest(string repository, string digest)
    {
    }

    public override void RemoveTag(string repository, string tag)
    {
    }

    public override void Load(RepositoryTable table)
    {
    }

    public override void Dispose()
    {
    }
}

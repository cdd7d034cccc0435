namespace RegistryCache.Testing.Storage;

/// <summary>The repositories and the bytes that they have.</summary>
internal sealed class RegistryStorage : IDisposable
{
    // A vault forgets content when no repository has it, so nobody may take it up in the same moment.
    private readonly Lock _gate = new();
    private readonly Vault _vault;

    public RegistryStorage(string? directory)
    {
        _vault = directory is null ? new MemoryVault() : new DirectoryVault(directory);
        try
        {
            _vault.Load(Repositories);
        }
        catch
        {
            _vault.Dispose();
            throw;
        }
    }

    public RepositoryTable Repositories { get; } = new();

    public Ingest Begin() => _vault.Begin();

    public void AddBlob(string repository, Digest digest, Ingest ingest)
    {
        lock (_gate)
            LinkBlob(repository, digest.ToString(), _vault.Keep(ingest, digest));
    }

    /// <summary>Gives a repository a blob that another one has, if it is still there.</summary>
    public bool TryMount(string repository, string digest, string? from)
    {
        lock (_gate)
        {
            var content = from is null ? Repositories.FindBlob(digest) : Repositories.Read(from).Blobs.GetValueOrDefault(digest);
            if (content is null)
                return false;
            LinkBlob(repository, digest, content);
            return true;
        }
    }

    public void AddManifest(string repository, Digest digest, string mediaType, Ingest ingest, string? tag)
    {
        lock (_gate)
        {
            var content = _vault.Keep(ingest, digest);
            _vault.WriteManifest(repository, digest.ToString(), mediaType);
            Repositories.GetOrAdd(repository).Manifests[digest.ToString()] = new StoredManifest(content, mediaType);
        }

        if (tag is not null)
            SetTag(repository, tag, digest.ToString());
    }

    public void SetTag(string repository, string tag, string digest)
    {
        lock (_gate)
        {
            _vault.WriteTag(repository, tag, digest);
            Repositories.GetOrAdd(repository).Tags[tag] = digest;
        }
    }

    public bool RemoveBlob(string repository, string digest)
    {
        lock (_gate)
        {
            if (!Repositories.Read(repository).Blobs.TryRemove(digest, out _))
                return false;
            _vault.RemoveBlob(repository, digest);
            ForgetUnused(digest);
            return true;
        }
    }

    /// <summary>Removes a manifest and the tags that point to it.</summary>
    public bool RemoveManifest(string repository, string digest)
    {
        lock (_gate)
        {
            var content = Repositories.Read(repository);
            if (!content.Manifests.TryRemove(digest, out _))
                return false;
            foreach (var (tag, _) in content.Tags.Where(tag => tag.Value == digest).ToList())
                RemoveTag(repository, tag);
            _vault.RemoveManifest(repository, digest);
            ForgetUnused(digest);
            return true;
        }
    }

    public bool RemoveTag(string repository, string tag)
    {
        lock (_gate)
        {
            if (!Repositories.Read(repository).Tags.TryRemove(tag, out _))
                return false;
            _vault.RemoveTag(repository, tag);
            return true;
        }
    }

    public void Dispose() => _vault.Dispose();

    private void LinkBlob(string repository, string digest, StoredContent content)
    {
        _vault.WriteBlob(repository, digest);
        Repositories.GetOrAdd(repository).Blobs[digest] = content;
    }

    private void ForgetUnused(string digest)
    {
        if (!Repositories.IsUsed(digest))
            _vault.Forget(digest);
    }
}

using System.Security.Cryptography;
using System.Text;

namespace RegistryCache.Testing.Storage;

/// <summary>Keeps bytes in a directory. Only digests, and hashes of names, become file names, so no name can lead out of the directory, and
/// names that differ in case only stay apart on every system.</summary>
internal sealed class DirectoryVault : Vault
{
    private readonly string _root;
    private readonly string _ingest;
    private readonly FileStream _lock;

    public DirectoryVault(string root)
    {
        _root = Path.GetFullPath(root);
        _ingest = Path.Combine(_root, "ingest");
        Directory.CreateDirectory(_root);
        _lock = new FileStream(Path.Combine(_root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (Directory.Exists(_ingest))
            Directory.Delete(_ingest, recursive: true);
        Directory.CreateDirectory(_ingest);
    }

    public override Ingest Begin() => new FileIngest(Path.Combine(_ingest, Guid.NewGuid().ToString("N")));

    public override StoredContent Keep(Ingest ingest, Digest digest)
    {
        var path = ContentPath(digest.ToString());
        ((FileIngest)ingest).MoveTo(path);
        return new FileContent(path);
    }

    public override void Forget(string digest) => File.Delete(ContentPath(digest));

    public override void WriteBlob(string repository, string digest) => WriteLink(repository, "blobs", digest, digest);

    public override void WriteManifest(string repository, string digest, string mediaType) =>
        WriteLink(repository, "manifests", digest, $"{digest}\n{mediaType}");

    public override void WriteTag(string repository, string tag, string digest) => WriteLink(repository, "tags", tag, $"{tag}\n{digest}");

    public override void RemoveBlob(string repository, string digest) => File.Delete(LinkPath(repository, "blobs", digest));

    public override void RemoveManifest(string repository, string digest) => File.Delete(LinkPath(repository, "manifests", digest));

    public override void RemoveTag(string repository, string tag) => File.Delete(LinkPath(repository, "tags", tag));

    public override void Load(RepositoryTable table)
    {
        var repositories = Path.Combine(_root, "repositories");
        if (!Directory.Exists(repositories))
            return;
        foreach (var directory in Directory.EnumerateDirectories(repositories))
        {
            var name = Path.Combine(directory, "name");
            if (!File.Exists(name) || File.ReadAllText(name) is not { } text || !RegistryNames.IsRepository(text))
                throw Foreign(directory);
            var repository = table.GetOrAdd(text);
            foreach (var lines in Links(directory, "blobs", 1))
                repository.Blobs[lines[0]] = Open(lines[0], directory);
            foreach (var lines in Links(directory, "manifests", 2))
                repository.Manifests[lines[0]] = new StoredManifest(Open(lines[0], directory), lines[1]);
            foreach (var lines in Links(directory, "tags", 2))
                repository.Tags[lines[0]] = lines[1];
        }
    }

    public override void Dispose()
    {
        Directory.Delete(_ingest, recursive: true);
        _lock.Dispose();
    }

    private static IEnumerable<string[]> Links(string directory, string kind, int lines)
    {
        var links = Path.Combine(directory, kind);
        return Directory.Exists(links)
            ? Directory.EnumerateFiles(links).Select(file => Lines(file, lines))
            : [];
    }

    private static string[] Lines(string file, int count) =>
        File.ReadAllText(file).Split('\n') is var lines && lines.Length == count ? lines : throw Foreign(file);

    private static InvalidDataException Foreign(string path) =>
        new($"'{path}' was not written by a TestRegistry, or lacks its content. Choose another directory, or empty this one.");

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private FileContent Open(string digest, string where) =>
        Digest.TryParse(digest, out _) && ContentPath(digest) is var path && File.Exists(path)
            ? new FileContent(path)
            : throw Foreign(where);

    private string ContentPath(string digest)
    {
        var parsed = Digest.Parse(digest);
        return Path.Combine(_root, "content", parsed.AlgorithmName, parsed.Hex);
    }

    private string RepositoryPath(string repository) => Path.Combine(_root, "repositories", Hash(repository));

    private string LinkPath(string repository, string kind, string name) => Path.Combine(RepositoryPath(repository), kind, Hash(name));

    private void WriteLink(string repository, string kind, string name, string text)
    {
        var directory = RepositoryPath(repository);
        Directory.CreateDirectory(Path.Combine(directory, kind));
        var named = Path.Combine(directory, "name");
        if (!File.Exists(named))
            Write(named, repository);
        Write(LinkPath(repository, kind, name), text);
    }

    private void Write(string path, string text)
    {
        var temporary = Path.Combine(_ingest, Guid.NewGuid().ToString("N"));
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}

using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>Keeps the directory below its size. The files are the only record of what is there, so processes need no lock: two that
/// remove files at once choose the same ones. A process looks again after it has added an eighth of what was free.</summary>
internal sealed class LocalBlobSpace(string root, long maxBytes, TimeProvider time)
{
    /// <summary>The directory of files that are still being written.</summary>
    public const string Unfinished = "ingest";

    private const int Share = 8;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private long _allowed;

    /// <summary>Accounts for a new file. If the directory is then too large, the files that have not been used for longest go.</summary>
    public void Take(long length)
    {
        lock (_gate)
        {
            _allowed -= length;
            if (_allowed < 0)
                _allowed = (maxBytes - Shrink()) / Share;
        }
    }

    private long Shrink()
    {
        var unfinished = Files(Unfinished).ToList();
        var oldest = FileTime.From((time.GetUtcNow() - AbandonedAfter).UtcDateTime);
        var abandoned = unfinished.Where(f => f.Node.Modified.CompareTo(oldest) < 0).ToList();
        foreach (var (path, _) in abandoned)
            StorageError.Ignore(() => File.Delete(path));
        var files = Directory.EnumerateDirectories(root).Select(Path.GetFileName).Where(name => name != Unfinished)
            .SelectMany(name => Files(name!)).OrderBy(f => f.Node.Modified).ToList();
        var total = files.Concat(unfinished).Sum(f => f.Node.Size) - abandoned.Sum(f => f.Node.Size);
        if (total <= maxBytes)
            return total;

        // Some more than needed goes, so that the next file does not need another look. The newest stays, because it was just fetched.
        foreach (var (path, node) in files.SkipLast(1).TakeWhile(_ => total > maxBytes - maxBytes / Share))
        {
            StorageError.Ignore(() => File.Delete(path));
            total -= node.Size;
        }

        return total;
    }

    private IEnumerable<(string Path, FileNode Node)> Files(string name)
    {
        var directory = Path.Combine(root, name);
        if (FileNode.At(directory) is not { Kind: FileKind.Directory })
            yield break;
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            if (FileNode.At(path) is { Kind: FileKind.File } node)
                yield return (path, node);
        }
    }
}

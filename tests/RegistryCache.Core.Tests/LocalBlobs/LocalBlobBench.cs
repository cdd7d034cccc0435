using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Storage;
using RegistryCache.Core.Tests.Export;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>A store that counts calls, behind a directory with local blobs.</summary>
internal sealed class LocalBlobBench : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public ScriptedStore Remote { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public RecordedLog Log { get; } = new();

    public string Directory => _folder["blobs"];

    /// <summary>How often a blob was opened in the remote store.</summary>
    public int Fetches => Remote.Calls.Count(c => c.StartsWith("open", StringComparison.Ordinal));

    /// <summary>The files in the directory, the finished and the others.</summary>
    public IReadOnlyList<string> Files => System.IO.Directory.Exists(Directory)
        ? System.IO.Directory.GetFiles(Directory, "*", SearchOption.AllDirectories) : [];

    public long Bytes => Files.Sum(f => new FileInfo(f).Length);

    /// <summary>A store as another process would make it: it shares nothing but the directory.</summary>
    public IContentStore Open(long maxBytes = 1 << 30) => new LocalBlobStore(Remote, new LocalBlobDirectory(Directory, maxBytes, Time, Log));

    /// <summary>Puts a blob into the remote store only.</summary>
    public async Task<TestBlob> StoreAsync(int length, int seed = 1)
    {
        var blob = TestBlob.Create(length, seed);
        await Remote.Inner.PushBlobAsync(blob.Descriptor, blob.Source, progress: null);
        return blob;
    }

    /// <summary>Reads a blob as the library does, and expects its bytes.</summary>
    public static async Task ReadAsync(IContentStore store, TestBlob blob)
    {
        await using var stream = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(CancellationToken.None);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        Assert.That(content.ToArray(), Same.BytesAs(blob.Bytes));
    }

    public string FileOf(TestBlob blob) => Files.Single(f => Path.GetFileName(f) == blob.Digest.Hex);

    public bool Has(TestBlob blob) => Files.Any(f => Path.GetFileName(f) == blob.Digest.Hex);

    /// <summary>Changes a byte of the copy of a blob.</summary>
    public void Damage(TestBlob blob, long offset)
    {
        using var file = new FileStream(FileOf(blob), FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 1));
    }

    public void Dispose() => _folder.Dispose();
}

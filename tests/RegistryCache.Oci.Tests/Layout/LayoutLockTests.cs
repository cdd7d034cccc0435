using System.Diagnostics;
using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Fixtures.Content;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Layout;

/// <summary>The lock file of a layout directory: what stays unchanged, what is refused, and who is locked out.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "hard links, pipes and flock")]
public sealed class LayoutLockTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(1);

    private TemporaryDirectory _directory = null!;
    private OciLayoutStore _store = null!;

    private string LockPath => _directory["index.json.lock"];

    [SetUp]
    public void Create()
    {
        _directory = new TemporaryDirectory();
        _store = new OciLayoutStore(_directory.Path, new OciLayoutOptions { LockWait = TimeSpan.Zero });
        Directory.CreateDirectory(_directory.Path);
    }

    [TearDown]
    public void Remove() => _directory.Remove();

    [Test]
    public async Task A_file_that_the_lock_is_a_hard_link_to_keeps_its_content_and_its_time()
    {
        var precious = Path.Combine(_directory.Outside, "precious");
        await File.WriteAllTextAsync(precious, "content");
        File.SetLastWriteTimeUtc(precious, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await RunAsync("ln", precious, LockPath);

        await _store.PushManifestAsync(Manifest(1), "latest", None);
        await _store.ResetAsync(None);

        Assert.That(await File.ReadAllTextAsync(precious), Is.EqualTo("content"));
        Assert.That(File.GetLastWriteTimeUtc(precious).Year, Is.EqualTo(2001));
        Assert.That(await _store.ListTagsAsync(None).ToListAsync(), Is.EqualTo(new[] { "latest" }));
    }

    [TestCase("directory")]
    [TestCase("fifo")]
    [TestCase("socket")]
    [TestCase("link")]
    public async Task What_is_not_a_file_in_the_place_of_the_lock_is_refused_before_anything_is_written(string kind)
    {
        await _store.PushManifestAsync(Manifest(1), "old", None);
        var index = await File.ReadAllBytesAsync(_directory["index.json"]);
        await OddFile.PutAsync(LockPath, kind, Path.Combine(_directory.Outside, "outside"));
        var store = new OciLayoutStore(_directory.Path);
        var blob = TestBlob.Create(100);

        foreach (Func<Task> use in (Func<Task>[])
        [
            () => store.ListTagsAsync(None).ToListAsync().AsTask(),
            () => store.PushBlobAsync(blob.Descriptor, blob.Source, null, None),
            () => store.PushManifestAsync(Manifest(2), "new", None),
            () => store.ResetAsync(None),
        ])
        {
            var error = Assert.ThrowsAsync<CacheFormatException>(() => Task.Run(use).WaitAsync(Hanging));
            Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidLayout));
            Assert.That(error.Message, Does.Contain(LockPath));
        }

        Assert.That(await File.ReadAllBytesAsync(_directory["index.json"]), Is.EqualTo(index));
        Assert.That(File.Exists(Path.Combine(_directory.Outside, "outside")), Is.False);
        Assert.That(Directory.GetFiles(_directory["blobs", "sha256"]), Has.Length.EqualTo(1), "nothing was written");
    }

    [Test]
    public async Task Another_program_that_holds_the_lock_keeps_writers_out_and_readers_only_from_a_writer()
    {
        await _store.PushManifestAsync(Manifest(1), "old", None);
        await using (await HoldAsync("-s"))
        {
            Assert.That(await _store.ListTagsAsync(None).ToListAsync(), Is.EqualTo(new[] { "old" }));
            Assert.That(CodeOf(() => _store.PushManifestAsync(Manifest(2), "new", None)), Is.EqualTo(RegistryCacheErrorCode.LayoutLocked));
        }

        await using (await HoldAsync("-x"))
        {
            Assert.That(CodeOf(() => _store.ListTagsAsync(None).ToListAsync().AsTask()), Is.EqualTo(RegistryCacheErrorCode.LayoutLocked));
            Assert.That(CodeOf(() => _store.PushManifestAsync(Manifest(2), "new", None)), Is.EqualTo(RegistryCacheErrorCode.LayoutLocked));
        }

        await _store.PushManifestAsync(Manifest(2), "new", None);
        Assert.That(await _store.ListTagsAsync(None).ToListAsync(), Is.EqualTo(new[] { "old", "new" }));
    }

    [Test]
    [Category("Slow")]
    public async Task Writers_lose_no_tag_while_another_program_removes_the_lock_file_after_use_as_BuildKit_does()
    {
        using var done = new CancellationTokenSource();
        var removing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                try
                {
                    await using var held = new FileStream(LockPath, FileMode.OpenOrCreate, FileAccess.Read, FileShare.None, bufferSize: 0);
                    File.Delete(LockPath);
                }
                catch (IOException)
                {
                    await Task.Yield();
                }
            }
        });
        string[] tags = [.. Enumerable.Range(0, 40).Select(i => $"t{i}")];

        await Parallel.ForEachAsync(tags, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (tag, stop) =>
            await new OciLayoutStore(_directory.Path, new OciLayoutOptions { LockWait = Hanging }).PushManifestAsync(Manifest(int.Parse(tag[1..])), tag, stop));
        await done.CancelAsync();
        await removing;

        Assert.That(await new OciLayoutStore(_directory.Path).ListTagsAsync(None).ToListAsync(), Is.EquivalentTo(tags));
    }

    private static RegistryCacheErrorCode? CodeOf(Func<Task> use) => (Assert.CatchAsync(() => use()) as RegistryCacheException)?.Code;

    private async Task<IAsyncDisposable> HoldAsync(string how)
    {
        var process = Process.Start(new ProcessStartInfo("flock", [how, LockPath, "sh", "-c", "echo held; cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo("held"));
        return new Held(process);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }

    private static ManifestContent Manifest(int seed) => new(
        MediaTypes.OciManifest,
        Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[],"seed":{{seed}}}"""));

    private sealed class Held(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}

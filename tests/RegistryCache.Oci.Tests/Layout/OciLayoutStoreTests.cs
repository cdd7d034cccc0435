using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Fixtures;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Layout;

[TestFixture]
public sealed class OciLayoutStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TemporaryDirectory _directory = null!;
    private OciLayoutStore _store = null!;

    private static string Fixtures => Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures");

    [SetUp]
    public void Create()
    {
        _directory = new TemporaryDirectory();
        _store = new OciLayoutStore(_directory.Path);
    }

    [TearDown]
    public void Remove() => _directory.Remove();

    [Test]
    public async Task Reading_creates_nothing()
    {
        Assert.That(await _store.ResolveManifestAsync(ManifestReference.ByTag("latest"), None), Is.Null);
        Assert.That(await _store.ListTagsAsync(None).ToListAsync(), Is.Empty);
        Assert.That(await _store.FindBlobAsync(Digest.OfText("x"), None), Is.Null);
        Assert.That(Directory.Exists(_directory.Path), Is.False);
    }

    [Test]
    public async Task The_index_of_two_tags_comes_out_as_BuildKit_wrote_it()
    {
        var source = new OciLayoutStore(Path.Combine(Fixtures, "local-two-tags"), new OciLayoutOptions { ReadOnly = true });
        foreach (var tag in await source.ListTagsAsync(None).ToListAsync())
        {
            var manifest = await source.FetchManifestAsync(ManifestReference.ByTag(tag), 1 << 20, None);
            await _store.PushManifestAsync(manifest!, tag, None);
        }

        Assert.That(string.Join(" ", await _store.ListTagsAsync(None).ToListAsync()), Is.EqualTo("nightly latest"));
        foreach (var file in new[] { "index.json", "oci-layout" })
            Assert.That(File.ReadAllBytes(_directory[file]), Is.EqualTo(File.ReadAllBytes(Path.Combine(Fixtures, "local-two-tags", file))), file);
    }

    [Test]
    public async Task Pushing_a_tag_again_moves_it_to_the_end_and_replaces_only_what_BuildKit_replaces()
    {
        const string Image = """{ "mediaType":"x","digest":"sha256:00","size":1, "annotations":{"io.containerd.image.name":"a/b:one","org.opencontainers.image.ref.name":"one"},"new":[ 1 ] }""";
        var first = Manifest(1);
        await _store.PushManifestAsync(first, "one", None);
        await _store.PushManifestAsync(first, "two", None);
        var json = await File.ReadAllTextAsync(_directory["index.json"]);
        await File.WriteAllTextAsync(_directory["index.json"], json.Replace("]}", "," + Image + "],\"vendor\":{ \"a\" : 1.0 }}"));

        await _store.PushManifestAsync(Manifest(2), "one", None);

        var entries = await File.ReadAllTextAsync(_directory["index.json"]);
        Assert.That(entries, Does.StartWith("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"""));
        Assert.That(entries, Does.Contain("," + Image + ","), "the entry of an image export keeps its bytes");
        Assert.That(entries, Does.EndWith("""
            ,"annotations":{"org.opencontainers.image.ref.name":"one"}}],"vendor":{ "a" : 1.0 }}
            """));
        Assert.That(string.Join(" ", await _store.ListTagsAsync(None).ToListAsync()), Is.EqualTo("two one"));
    }

    [Test]
    public async Task The_image_name_wins_over_the_reference_name()
    {
        var byName = Manifest(1);
        var byReference = Manifest(2);
        await _store.PushManifestAsync(byReference, "latest", None);
        await _store.PushManifestAsync(byName, "other", None);
        var json = await File.ReadAllTextAsync(_directory["index.json"]);
        await File.WriteAllTextAsync(
            _directory["index.json"], json.Replace("ref.name\":\"other\"", "ref.name\":\"other\",\"io.containerd.image.name\":\"latest\""));

        var found = await _store.ResolveManifestAsync(ManifestReference.ByTag("latest"), None);

        Assert.That(found!.Digest, Is.EqualTo(byName.Descriptor.Digest));
    }

    [Test]
    public async Task The_size_in_the_index_is_only_a_hint()
    {
        var manifest = Manifest(1);
        await _store.PushManifestAsync(manifest, "latest", None);
        var json = await File.ReadAllTextAsync(_directory["index.json"]);
        await File.WriteAllTextAsync(_directory["index.json"], json.Replace($"\"size\":{manifest.Descriptor.Size}", "\"size\":10000000000"));
        File.Delete(_directory["oci-layout"]);

        var found = await _store.FetchManifestAsync(ManifestReference.ByTag("latest"), 1 << 20, None);

        Assert.That(found!.Bytes.ToArray(), Is.EqualTo(manifest.Bytes.ToArray()));
    }

    [TestCase("""{"manifests":[""")]
    [TestCase("""[]""")]
    [TestCase("""{"manifests":7}""")]
    public async Task A_malformed_index_is_reported_and_never_overwritten(string json)
    {
        Directory.CreateDirectory(_directory.Path);
        await File.WriteAllTextAsync(_directory["index.json"], json);

        var error = Assert.ThrowsAsync<CacheFormatException>(() => _store.ResolveManifestAsync(ManifestReference.ByTag("latest"), None));
        Assert.ThrowsAsync<CacheFormatException>(() => _store.PushManifestAsync(Manifest(1), "latest", None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.InvalidLayout));
        Assert.That(await File.ReadAllTextAsync(_directory["index.json"]), Is.EqualTo(json));
    }

    [Test]
    public async Task An_index_above_the_limit_is_refused()
    {
        await _store.PushManifestAsync(Manifest(1), "latest", None);
        var strict = new OciLayoutStore(_directory.Path, new OciLayoutOptions { MaxIndexBytes = 100 });

        Assert.That(async () => await strict.ListTagsAsync(None).ToListAsync(), Throws.InstanceOf<LimitExceededException>());
    }

    [TestCase("../../etc/passwd")]
    [TestCase("sha256:../../../../etc/passwd")]
    [TestCase("")]
    public async Task A_digest_that_is_a_path_is_refused(string digest)
    {
        Directory.CreateDirectory(_directory.Path);
        await File.WriteAllTextAsync(
            _directory["index.json"],
            "{\"manifests\":[{\"digest\":\"" + digest + "\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}, 1, null]}");

        Assert.That(
            async () => await _store.ResolveManifestAsync(ManifestReference.ByTag("latest"), None),
            Throws.InstanceOf<CacheFormatException>());
    }

    [Test]
    public async Task A_blob_of_the_wrong_size_is_replaced_by_a_push()
    {
        var blob = TestBlob.Create(1000);
        var path = _directory["blobs", "sha256", blob.Digest.Hex];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, blob.Bytes[..500]);
        Assert.That(async () => await _store.OpenBlobAsync(blob.Descriptor, None), Throws.InstanceOf<ContentMismatchException>());
        Assert.That(
            async () => await _store.PushBlobAsync(blob.Descriptor, TestBlob.Create(1000, 9).Source, null, None),
            Throws.InstanceOf<ContentMismatchException>());
        Assert.That(new FileInfo(path).Length, Is.EqualTo(500), "only verified content replaces anything");

        var result = await _store.PushBlobAsync(blob.Descriptor, blob.Source, null, None);

        Assert.That(result.Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
        Assert.That(await File.ReadAllBytesAsync(path), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task Links_are_neither_read_nor_written_through()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Creating symbolic links needs a privilege on Windows.");
        var blob = TestBlob.Create(1000);
        var secret = Path.Combine(_directory.Outside, "secret");
        await File.WriteAllBytesAsync(secret, blob.Bytes);
        var path = _directory["blobs", "sha256", blob.Digest.Hex];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, secret);

        Assert.That(await _store.FindBlobAsync(blob.Digest, None), Is.Null);
        Assert.That(async () => await _store.OpenBlobAsync(blob.Descriptor, None), Throws.InstanceOf<ContentNotFoundException>());
        await _store.PushBlobAsync(blob.Descriptor, blob.Source, null, None);
        Assert.That(new FileInfo(path).LinkTarget, Is.Null);

        var outside = Directory.CreateDirectory(Path.Combine(_directory.Outside, "outside")).FullName;
        Directory.CreateSymbolicLink(_directory["blobs", "sha512"], outside);
        var other = TestBlob.Create(10, 1, "sha512");
        Assert.That(
            async () => await _store.PushBlobAsync(other.Descriptor, other.Source, null, None),
            Throws.InstanceOf<CacheFormatException>());
        Assert.That(Directory.EnumerateFileSystemEntries(outside), Is.Empty);
    }

    [Test]
    public async Task A_failed_push_leaves_no_unfinished_write_and_blobs_are_read_only()
    {
        var blob = TestBlob.Create(1000);
        Assert.That(
            async () => await _store.PushBlobAsync(blob.Descriptor, TestBlob.Create(999).Source, null, None),
            Throws.InstanceOf<ContentMismatchException>());
        Assert.That(Directory.EnumerateFileSystemEntries(_directory["ingest"]), Is.Empty);

        await _store.PushBlobAsync(blob.Descriptor, blob.Source, null, None);

        Assert.That(Directory.EnumerateFileSystemEntries(_directory["ingest"]), Is.Empty);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(_directory["blobs", "sha256", blob.Digest.Hex]) & UnixFileMode.UserWrite, Is.EqualTo(UnixFileMode.None));
    }

    [Test]
    public async Task Abandoned_writes_are_removed_and_young_ones_stay()
    {
        foreach (var name in new[] { "old", "young" })
        {
            Directory.CreateDirectory(_directory["ingest", name]);
            await File.WriteAllTextAsync(_directory["ingest", name, "data"], "half");
        }

        var past = DateTime.UtcNow.AddDays(-2);
        File.SetLastWriteTimeUtc(_directory["ingest", "old", "data"], past);
        Directory.SetLastWriteTimeUtc(_directory["ingest", "old"], past);

        await _store.PushManifestAsync(Manifest(1), null, None);

        Assert.That(Directory.GetDirectories(_directory["ingest"]).Select(Path.GetFileName).Single(), Is.EqualTo("young"));
    }

    [Test]
    public async Task Writes_of_dead_processes_are_removed_at_once_and_those_that_last_stay()
    {
        foreach (var name in (string[])["registry-cache-dead", "registry-cache-alive"])
        {
            Directory.CreateDirectory(_directory["ingest", name]);
            await File.WriteAllTextAsync(_directory["ingest", name, "lock"], "");
            await File.WriteAllTextAsync(_directory["ingest", name, "data"], "half");
        }

        await using (new FileStream(_directory["ingest", "registry-cache-alive", "lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            await _store.PushManifestAsync(Manifest(1), null, None);
        Assert.That(Directory.GetDirectories(_directory["ingest"]).Select(Path.GetFileName), Is.EqualTo(new[] { "registry-cache-alive" }));

        await new OciLayoutStore(_directory.Path).PushManifestAsync(Manifest(2), null, None);
        Assert.That(Directory.GetDirectories(_directory["ingest"]), Is.Empty);
    }

    [Test]
    public async Task What_a_process_leaves_that_dies_before_its_lock_is_there_is_removed_at_once()
    {
        foreach (var name in (string[])["registry-cache-empty", "registry-cache-full", "of-buildkit"])
            Directory.CreateDirectory(_directory["ingest", name]);
        await File.WriteAllTextAsync(_directory["ingest", "registry-cache-full", "data"], "half");

        await _store.PushManifestAsync(Manifest(1), null, None);

        Assert.That(Directory.GetDirectories(_directory["ingest"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "registry-cache-full", "of-buildkit" }));
    }

    [Test]
    [Category("Slow")]
    public async Task Writers_that_begin_while_others_clean_up_lose_nothing()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stop) =>
            await new OciLayoutStore(_directory.Path).PushManifestAsync(Manifest(i), null, stop));

        Assert.That(Directory.GetFiles(_directory["blobs", "sha256"]), Has.Length.EqualTo(200));
        Assert.That(Directory.GetDirectories(_directory["ingest"]), Is.Empty);
    }

    [Test]
    public void A_read_only_store_refuses_to_write()
    {
        var store = new OciLayoutStore(_directory.Path, new OciLayoutOptions { ReadOnly = true });
        var blob = TestBlob.Create(1);

        Assert.That(async () => await store.PushBlobAsync(blob.Descriptor, blob.Source, null, None), Throws.InstanceOf<CacheStorageException>());
        Assert.That(async () => await store.PushManifestAsync(Manifest(1), "a", None), Throws.InstanceOf<CacheStorageException>());
        Assert.That(async () => await store.ResetAsync(None), Throws.InstanceOf<CacheStorageException>());
        Assert.That(Directory.Exists(_directory.Path), Is.False);
    }

    private static ManifestContent Manifest(int seed) => new(
        MediaTypes.OciManifest,
        Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[],"seed":{{seed}}}"""));
}

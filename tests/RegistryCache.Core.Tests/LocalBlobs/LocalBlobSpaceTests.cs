using RegistryCache.Core.LocalBlobs;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.LocalBlobs;

/// <summary>The size of the directory, and directories that cannot be used.</summary>
internal sealed class LocalBlobSpaceTests
{
    private LocalBlobBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new LocalBlobBench();

    [TearDown]
    public void Remove() => _bench.Dispose();

    [Test]
    public async Task The_copies_that_were_not_used_for_longest_go_first()
    {
        var blobs = new List<TestBlob>();
        var store = _bench.Open(maxBytes: 4100);
        for (var i = 0; i < 4; i++)
        {
            blobs.Add(await _bench.StoreAsync(1000, seed: i + 1));
            await LocalBlobBench.ReadAsync(store, blobs[i]);
            _bench.Time.Advance(TimeSpan.FromMinutes(2));
        }

        await LocalBlobBench.ReadAsync(_bench.Open(), blobs[0]);
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        blobs.Add(await _bench.StoreAsync(1000, seed: 5));
        await LocalBlobBench.ReadAsync(store, blobs[4]);

        Assert.That(blobs.Select(_bench.Has), Is.EqualTo(new[] { true, false, false, true, true }));
    }

    [Test]
    public async Task After_each_blob_the_directory_is_within_its_size([Values(1, 3)] int processes)
    {
        const long maxBytes = 20_000;
        var stores = Enumerable.Range(0, processes).Select(_ => _bench.Open(maxBytes)).ToList();
        for (var i = 0; i < 60; i++)
        {
            await LocalBlobBench.ReadAsync(stores[i % processes], await _bench.StoreAsync(100 + (i * 37 % 3000), seed: i + 1));
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(_bench.Bytes, Is.LessThanOrEqualTo(maxBytes), $"after {i}");
        }

        Assert.That(_bench.Bytes, Is.GreaterThan(maxBytes / 2));
    }

    [Test]
    public async Task A_blob_larger_than_the_directory_is_not_kept_and_removes_nothing()
    {
        var small = await _bench.StoreAsync(100);
        var large = await _bench.StoreAsync(1000, seed: 2);
        await LocalBlobBench.ReadAsync(_bench.Open(maxBytes: 1000), small);

        await LocalBlobBench.ReadAsync(_bench.Open(maxBytes: 1000), large);

        Assert.That(_bench.Files, Is.EqualTo(new[] { _bench.FileOf(small) }));
    }

    [Test]
    public async Task What_a_killed_process_left_goes_after_an_hour()
    {
        await LocalBlobBench.ReadAsync(_bench.Open(), await _bench.StoreAsync(10));
        var ingest = Directory.GetDirectories(_bench.Directory, "ingest", SearchOption.AllDirectories).Single();
        var old = Path.Combine(ingest, "old");
        var young = Path.Combine(ingest, "young");
        foreach (var (path, age) in new[] { (old, 61), (young, 59) })
        {
            await File.WriteAllTextAsync(path, "left");
            File.SetLastWriteTimeUtc(path, _bench.Time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(age));
        }

        await LocalBlobBench.ReadAsync(_bench.Open(), await _bench.StoreAsync(10, seed: 2));

        Assert.That(File.Exists(old), Is.False);
        Assert.That(File.Exists(young));
    }

    [Test]
    public async Task Files_of_others_in_the_directory_stay_and_do_not_count()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Directory, "blobs", "sha256"));
        var blob = await _bench.StoreAsync(1000);
        var foreign = Path.Combine(_bench.Directory, "blobs", "sha256", blob.Digest.Hex);
        await File.WriteAllBytesAsync(foreign, new byte[5000]);

        await LocalBlobBench.ReadAsync(_bench.Open(maxBytes: 1500), blob);
        await LocalBlobBench.ReadAsync(_bench.Open(maxBytes: 1500), await _bench.StoreAsync(1000, seed: 2));

        Assert.That(new FileInfo(foreign).Length, Is.EqualTo(5000));
    }

    [Test]
    public async Task A_file_that_takes_the_place_of_the_directory_is_reported_once_and_blobs_come_from_the_store()
    {
        var blob = await _bench.StoreAsync(10);
        var store = _bench.Open();
        await File.WriteAllTextAsync(_bench.Directory, "a file");

        await LocalBlobBench.ReadAsync(store, blob);
        await LocalBlobBench.ReadAsync(store, blob);

        Assert.That(_bench.Log.Lines, Has.Count.EqualTo(1));
        Assert.That(_bench.Log.Text, Does.StartWith("1016 Warning").And.Contain(_bench.Directory));
    }

    [Test]
    public async Task A_directory_that_may_not_be_written_gives_what_it_has()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Modes do not bind this user.");
            return;
        }

        var kept = await _bench.StoreAsync(10);
        var store = _bench.Open();
        await LocalBlobBench.ReadAsync(store, kept);
        var modes = Directory.GetDirectories(_bench.Directory, "*", SearchOption.AllDirectories);
        foreach (var directory in modes)
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await LocalBlobBench.ReadAsync(store, kept);
        await LocalBlobBench.ReadAsync(store, await _bench.StoreAsync(10, seed: 2));

        Assert.That(_bench.Fetches, Is.EqualTo(2));
        Assert.That(_bench.Log.Lines, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_full_file_system_is_reported_once_and_leaves_no_part()
    {
        Directory.CreateDirectory(_bench.Directory);
        using var small = await SmallFileSystem.MountAsync(_bench.Directory);
        var blob = await _bench.StoreAsync(3 * LocalBlobFile.BlockBytes);
        var store = _bench.Open();

        await LocalBlobBench.ReadAsync(store, blob);
        await LocalBlobBench.ReadAsync(store, blob);

        Assert.That(_bench.Files, Is.Empty);
        Assert.That(_bench.Log.Lines, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_link_in_the_directory_is_not_followed([Values("sha256", "ingest", "")] string name)
    {
        var blob = await _bench.StoreAsync(10);
        await LocalBlobBench.ReadAsync(_bench.Open(), blob);
        var root = Directory.GetDirectories(_bench.Directory).Single();
        var place = Path.Combine(root, name);
        Directory.Move(place.TrimEnd(Path.DirectorySeparatorChar), Path.Combine(_bench.Directory, "elsewhere"));
        Directory.CreateSymbolicLink(place.TrimEnd(Path.DirectorySeparatorChar), Path.Combine(_bench.Directory, "elsewhere"));
        var before = _bench.Files.Order().ToList();
        var store = _bench.Open();

        await LocalBlobBench.ReadAsync(store, await _bench.StoreAsync(10, seed: 2));
        await LocalBlobBench.ReadAsync(store, blob);

        Assert.That(_bench.Files.Order(), Is.EqualTo(before));
        Assert.That(_bench.Log.Lines, Has.Count.EqualTo(1));
    }
}

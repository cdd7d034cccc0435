using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ContentDigestTests(string access) : SnapshotFixture(access)
{
    [Test]
    public async Task Follows_the_documented_form()
    {
        Scratch.Write("tree/b/f", "hello");
        File.CreateSymbolicLink(Scratch["tree/a"], "b/f");

        using var form = new MemoryStream();
        form.Write("registry-cache.content.v1\nx"u8);
        form.Write("l\0\0\0\0\0\u0001a\0\0\0\u0003b/f"u8);
        form.Write("d\0\0\0\0\0\u0001b"u8);
        form.Write("f\0\0\0\0\0\u0003b/f"u8);
        form.Write(System.Security.Cryptography.SHA256.HashData("hello"u8));

        Assert.That(await DigestAsync("tree"), Is.EqualTo(Digest.OfBytes(form.ToArray())));
    }

    [Test]
    public async Task Does_not_depend_on_place_time_or_order_of_creation()
    {
        Scratch.Write("one/a", "1");
        Scratch.Write("one/b", "2");
        Scratch.Write("elsewhere/two/b", "2");
        Scratch.Write("elsewhere/two/a", "1");
        File.SetLastWriteTimeUtc(Scratch["one/a"], DateTime.UnixEpoch);

        Assert.That(await DigestAsync("one"), Is.EqualTo(await DigestAsync("elsewhere/two")));
    }

    [Test]
    public async Task Changes_with_names_types_modes_targets_and_bytes()
    {
        var seen = new HashSet<Digest>();
        async Task Differs(string what, Action change)
        {
            change();
            Assert.That(seen.Add(await DigestAsync("tree")), Is.True, what);
        }

        await Differs("start", () => Scratch.Write("tree/dir/file", "1"));
        await Differs("bytes", () => Scratch.Write("tree/dir/file", "2"));
        await Differs("mode", () => File.SetUnixFileMode(Scratch["tree/dir/file"], UnixFileMode.UserRead | UnixFileMode.UserExecute));
        await Differs("empty directory", () => Scratch.Create("tree/empty"));
        await Differs("name", () => Directory.Move(Scratch["tree/empty"], Scratch["tree/empty2"]));
        await Differs("file for a directory", () =>
        {
            Directory.Delete(Scratch["tree/empty2"]);
            Scratch.Write("tree/empty2", "");
        });
        await Differs("link for a file", () =>
        {
            File.Delete(Scratch["tree/empty2"]);
            File.CreateSymbolicLink(Scratch["tree/empty2"], "dir");
        });
        await Differs("target", () =>
        {
            File.Delete(Scratch["tree/empty2"]);
            File.CreateSymbolicLink(Scratch["tree/empty2"], "dir/file");
        });
        await Differs("depth", () => Directory.Move(Scratch["tree/dir"], Scratch["tree/other"]));
    }

    [Test]
    public async Task Other_permissions_count_only_if_asked_for()
    {
        Scratch.Write("tree/file", "1");
        var all = new ContentDigestOptions { AllPermissions = true };
        var (narrow, wide) = (await DigestAsync("tree"), await DigestAsync("tree", all));

        File.SetUnixFileMode(Scratch["tree/file"], UnixFileMode.UserRead);

        Assert.That(await DigestAsync("tree"), Is.EqualTo(narrow));
        Assert.That(await DigestAsync("tree", all), Is.Not.EqualTo(wide));
    }

    [Test]
    public async Task A_file_and_its_bytes_have_one_digest()
    {
        Scratch.Write("file", "hello");

        Assert.That(await ContentDigest.OfFileAsync(Scratch["file"], cancellationToken: CancellationToken.None), Is.EqualTo(ContentDigest.OfBytes("hello"u8)));
    }

    [Test]
    public async Task Patterns_decide_what_counts()
    {
        Scratch.Write("tree/src/a.cs", "a");
        Scratch.Write("tree/obj/x", "x");
        var sources = new ContentDigestOptions { Include = ["*.cs"], Exclude = ["obj/"] };
        var before = await DigestAsync("tree", sources);

        Scratch.Write("tree/obj/b.cs", "b");
        Scratch.Write("tree/readme", "r");
        Assert.That(await DigestAsync("tree", sources), Is.EqualTo(before));

        Scratch.Write("tree/src/c.cs", "c");
        Assert.That(await DigestAsync("tree", sources), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_missing_directory_is_a_typed_error() =>
        Assert.That(
            Assert.CatchAsync<CacheStorageException>(() => DigestAsync("nowhere"))!.Code,
            Is.EqualTo(RegistryCacheErrorCode.StorageFailure));

    [Test]
    public async Task The_stat_cache_spares_reading_what_did_not_change()
    {
        Scratch.Write("tree/file", "1111");
        var options = Cached(TimeSpan.FromHours(1));
        var first = await DigestAsync("tree", options);
        if (Access == FolderAccess.Portable)
        {
            Assert.That(File.ReadAllBytes(Scratch["cache"]).AsSpan().IndexOf("tree/file"u8), Is.Negative, "nothing is remembered without identity");
            return;
        }

        // The stored hash is replaced by another, so an answer from the cache can be told from one from the file.
        var cache = await File.ReadAllBytesAsync(Scratch["cache"]);
        var hash = System.Security.Cryptography.SHA256.HashData("1111"u8);
        var at = cache.AsSpan().IndexOf(hash);
        cache[at] ^= 1;
        System.Security.Cryptography.SHA256.HashData(cache.AsSpan(0, cache.Length - 32)).CopyTo(cache.AsSpan(cache.Length - 32));
        await File.WriteAllBytesAsync(Scratch["cache"], cache);

        Assert.That(await DigestAsync("tree", options), Is.Not.EqualTo(first), "the cache was asked");
    }

    [Test]
    public async Task The_stat_cache_never_hides_a_change()
    {
        var file = Scratch.Write("tree/file", "1111");
        var time = File.GetLastWriteTimeUtc(file);
        var options = Cached(TimeSpan.FromHours(1));
        var first = await DigestAsync("tree", options);

        await File.WriteAllTextAsync(file, "2222");
        File.SetLastWriteTimeUtc(file, time);

        Assert.That(await DigestAsync("tree", options), Is.Not.EqualTo(first).And.EqualTo(await DigestAsync("tree")));
    }

    [Test]
    public async Task A_file_that_is_too_fresh_is_not_remembered()
    {
        Scratch.Write("tree/file", "1111");

        await DigestAsync("tree", Cached(TimeSpan.FromSeconds(1)));

        Assert.That((await File.ReadAllBytesAsync(Scratch["cache"])).AsSpan().IndexOf("tree/file"u8), Is.Negative);
    }

    [TestCase(0)]
    [TestCase(30)]
    [TestCase(-1)]
    public async Task A_damaged_stat_cache_is_ignored_and_replaced(int offset)
    {
        Scratch.Write("tree/file", "1111");
        var options = Cached(TimeSpan.FromHours(1));
        var expected = await DigestAsync("tree", options);
        var cache = await File.ReadAllBytesAsync(Scratch["cache"]);
        cache[offset < 0 ? cache.Length + offset : offset] ^= 0x40;
        await File.WriteAllBytesAsync(Scratch["cache"], cache);

        Assert.That(await DigestAsync("tree", options), Is.EqualTo(expected));
        Assert.That(await File.ReadAllBytesAsync(Scratch["cache"]), Is.Not.EqualTo(cache));
    }

    [Test]
    public void A_stat_cache_in_a_directory_that_does_not_exist_is_a_typed_error()
    {
        Scratch.Write("tree/file", "1111");
        var options = Cached(TimeSpan.FromHours(1)) with { StatCachePath = Scratch["missing/cache"] };

        Assert.That(
            () => DigestAsync("tree", options),
            Throws.InstanceOf<RegistryCacheException>().With.Message.Contains(Scratch["missing/cache"]));
    }

    private ContentDigestOptions Cached(TimeSpan ahead) => new()
    {
        StatCachePath = Scratch["cache"],
        TimeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + ahead),
    };

    private Task<Digest> DigestAsync(string path, ContentDigestOptions? options = null) =>
        ContentDigest.OfDirectoryAsync(Scratch[path], (options ?? new ContentDigestOptions()) with { Access = Access }, CancellationToken.None);
}

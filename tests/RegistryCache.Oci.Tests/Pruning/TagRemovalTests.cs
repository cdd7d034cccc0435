using System.Text;
using RegistryCache.Fixtures.Content;
using RegistryCache.Oci.Tests.Faults;
using RegistryCache.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Pruning;

/// <summary>Each way to remove a tag, on a registry that follows a script. By itself it deletes by digest and not by tag.</summary>
[Category("Integration")]
public sealed class TagRemovalTests
{
    private const string Repository = "a/b";

    private readonly LeapingClock _clock = FaultBench.NewClock();
    private TestRegistry _registry = null!;
    private RegistryClient _client = null!;
    private IContentStore _store = null!;
    private ManifestContent _manifest = null!;

    private TestRepository Memory => _registry.Repository(Repository);

    [OneTimeSetUp]
    public async Task StartAsync() => _registry = await TestRegistry.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _registry.DisposeAsync();

    [SetUp]
    public async Task PushAsync()
    {
        _registry.Reset(new TestRegistryOptions { TimeProvider = _clock, Quirks = new() { TagDeletionStatus = 400 } });
        _client = new RegistryClient(new RegistryClientOptions { TimeProvider = _clock });
        _store = _client.OpenRepository(_registry.Host, Repository);
        _manifest = Manifest("one");
        await _store.PushManifestAsync(_manifest, "old");
        await _store.PushManifestAsync(Manifest("two"), "other");
    }

    [TearDown]
    public async Task DisposeAsync()
    {
        Assert.That(_registry.Violations, Is.Empty);
        Assert.That(Memory.Tags.ContainsKey("other"), "another tag was lost");
        await _client.DisposeAsync();
    }

    [Test]
    public async Task A_registry_that_deletes_tags_deletes_the_tag()
    {
        await _store.PushManifestAsync(_manifest, "same");
        _registry.Faults.Add("DELETE", RequestKind.Manifest, Untags());

        Assert.That(await _store.RemoveAsync("old", _manifest.Descriptor.Digest), Is.EqualTo((ManifestRemoval.Deleted, (string?)null)));
        Assert.That(Memory.Tags.Keys, Is.EquivalentTo(["same", "other"]));
        Assert.That(Requests("GET", RequestKind.Tags), Is.Zero, "no other tag matters");
    }

    private static IEnumerable<RegistryFault> TagRefusals() =>
        [RegistryFault.Status(400), RegistryFault.Status(401), RegistryFault.Status(403), RegistryFault.Status(404), RegistryFault.Status(405), RegistryFault.Status(501), RegistryFault.Confirms(202)];

    [TestCaseSource(nameof(TagRefusals))]
    public async Task If_the_tag_cannot_be_deleted_its_manifest_is(RegistryFault refusal)
    {
        _registry.Faults.Add("DELETE", RequestKind.Manifest, refusal);

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByDigest));
        Assert.That(Memory.Tags.Keys, Is.EquivalentTo(["other"]));
    }

    [Test]
    public async Task A_manifest_that_another_tag_has_is_not_deleted([Values] bool inAnIndex)
    {
        if (inAnIndex)
            await _store.PushManifestAsync(Index(_manifest), "multi");
        else
            await _store.PushManifestAsync(_manifest, "same");

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByThrowaway));
        Assert.That(Memory.Tags.Keys, Is.EquivalentTo([inAnIndex ? "multi" : "same", "other"]));
        Assert.That(Memory.Manifests.Keys, Does.Contain(_manifest.Descriptor.Digest.ToString()).And.Count.EqualTo(inAnIndex ? 3 : 2));
        Assert.That(await _store.RemoveAsync(null, _manifest.Descriptor.Digest), Is.EqualTo((ManifestRemoval.InUse, (string?)null)));
    }

    [Test]
    public async Task What_another_program_tags_between_two_deletions_stays()
    {
        var second = Manifest("three");
        await _store.PushManifestAsync(second, "next");
        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByDigest));
        Memory.Tag("late", second.Descriptor.Digest.ToString());

        Assert.That((await _store.RemoveAsync("next", second.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByThrowaway));
        Assert.That((await _store.RemoveAsync(null, second.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.InUse));

        Assert.That(Memory.Tags.Keys, Is.EquivalentTo(["late", "other"]));
        Assert.That(Memory.Manifests.Keys, Does.Contain(second.Descriptor.Digest.ToString()));
    }

    [Test]
    public async Task A_registry_that_deletes_nothing_is_told_apart([Values(400, 403, 405, 202)] int status, [Values] bool isShared)
    {
        if (isShared)
            await _store.PushManifestAsync(_manifest, "same");
        _registry.Faults.Add("DELETE", RequestKind.Manifest, status == 202 ? RegistryFault.Confirms(202) : RegistryFault.Status(status), count: 100);

        var (outcome, reason) = await _store.RemoveAsync("old", _manifest.Descriptor.Digest);

        Assert.That(outcome, Is.EqualTo(ManifestRemoval.Refused));
        Assert.That(reason, Does.Contain("retention").And.Contain(status == 202 ? "still there" : $"{status}").And.Contain($"{_registry.Host}/{Repository}"));
        Assert.That(Memory.Tags["old"], Is.EqualTo(_manifest.Descriptor.Digest.ToString()), "the tag keeps its cache");
    }

    [Test]
    public async Task A_throwaway_that_cannot_be_deleted_after_all_gives_the_tag_back()
    {
        await _store.PushManifestAsync(_manifest, "same");
        _registry.Faults.Add("DELETE", RequestKind.Manifest, RegistryFault.Status(405), occurrence: 3, count: 100);

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Refused));
        Assert.That(Memory.Tags["old"], Is.EqualTo(_manifest.Descriptor.Digest.ToString()));
    }

    [Test]
    public async Task A_tag_that_has_gone_meanwhile_is_absent_and_one_that_moved_is_in_use()
    {
        _registry.Faults.Add("DELETE", RequestKind.Manifest, new RegistryFault("404 meanwhile")
        {
            Instead = request =>
            {
                _registry.Repository(Repository).RemoveTag(request.Reference);
                return RegistryAnswer.Error(404, "MANIFEST_UNKNOWN");
            },
        });

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Deleted));
        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Absent));
        Assert.That((await _store.RemoveAsync("other", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.InUse));
        Assert.That((await _store.RemoveAsync(null, _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByDigest));
        Assert.That((await _store.RemoveAsync(null, _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Absent));
    }

    [Test]
    public async Task A_tag_that_another_writer_moves_before_a_repetition_stays([Values] bool isShared)
    {
        var next = Manifest("next");
        if (isShared)
            await _store.PushManifestAsync(_manifest, "same");
        else
            _registry.Quirks = new();
        _registry.Faults.Add(isShared ? "PUT" : "DELETE", RequestKind.Manifest, Meanwhile(() =>
            Memory.Tag("old", Memory.PutManifest(next.Bytes.ToArray(), MediaTypes.OciManifest))), occurrence: isShared ? 2 : 1);

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.InUse));
        Assert.That(Memory.Tags["old"], Is.EqualTo(next.Descriptor.Digest.ToString()));
    }

    [Test]
    public async Task A_manifest_that_gets_a_tag_before_a_repetition_stays()
    {
        _registry.Faults.Add("DELETE", RequestKind.Manifest, Meanwhile(() =>
            Memory.Tag("late", _manifest.Descriptor.Digest.ToString())), occurrence: 2);

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByThrowaway));
        Assert.That(Memory.Tags.Keys, Is.EquivalentTo(["late", "other"]));
    }

    [Test]
    public async Task A_tag_that_cannot_be_given_back_at_once_stays_with_whoever_moved_it()
    {
        var next = Manifest("next");
        await _store.PushManifestAsync(_manifest, "same");
        _registry.Faults.Add("DELETE", RequestKind.Manifest, RegistryFault.Status(405), occurrence: 3, count: 100);
        _registry.Faults.Add("PUT", RequestKind.Manifest, Meanwhile(() =>
            Memory.Tag("old", Memory.PutManifest(next.Bytes.ToArray(), MediaTypes.OciManifest))), occurrence: 3);

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.Refused));
        Assert.That(Memory.Tags["old"], Is.EqualTo(next.Descriptor.Digest.ToString()));
    }

    [Test]
    public async Task A_rate_limit_is_waited_for()
    {
        _registry.Faults.Add("DELETE", RequestKind.Manifest, RegistryFault.Status(429, "7", "TOOMANYREQUESTS"), count: 2);
        var start = _clock.GetUtcNow();

        Assert.That((await _store.RemoveAsync("old", _manifest.Descriptor.Digest)).Outcome, Is.EqualTo(ManifestRemoval.DeletedByDigest));
        Assert.That(_clock.GetUtcNow() - start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(14)));
    }

    [Test]
    public void A_rate_limit_without_end_is_an_error_that_can_pass_and_no_refusal()
    {
        _registry.Faults.Add("DELETE", RequestKind.Manifest, RegistryFault.Status(429, "7", "TOOMANYREQUESTS"), count: 1000);

        Assert.That(
            async () => await _store.RemoveAsync("old", _manifest.Descriptor.Digest),
            Throws.InstanceOf<RegistryResponseException>().With.Property(nameof(RegistryCacheException.IsTransient)).True);
        Assert.That(Memory.Tags.ContainsKey("old"));
    }

    private int Requests(string method, RequestKind kind) => _registry.Requests.Count(r => r.Method == method && r.Kind == kind);

    private static RegistryFault Meanwhile(Action change) => new("503 meanwhile")
    {
        Instead = _ =>
        {
            change();
            return RegistryAnswer.Error(503, "UNAVAILABLE");
        },
    };

    private RegistryFault Untags() => new("tag deleted")
    {
        Instead = request =>
        {
            _registry.Repository(Repository).RemoveTag(request.Reference);
            return new RegistryAnswer(202);
        },
    };

    private static ManifestContent Manifest(string name) => new(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[],"annotations":{"name":"{{name}}"} }"""));

    private static ManifestContent Index(ManifestContent child) => new(MediaTypes.OciIndex, Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{child.Descriptor.Digest}}","size":{{child.Descriptor.Size}} }]}"""));
}

namespace RegistryCache.Testing.Tests.Caches;

[Category("Integration")]
internal sealed class CacheProbeTests : RegistryFixture
{
    private static readonly CacheStep Sources = CacheStep.Define("sources").With("commit", "1");
    private static readonly CacheStep Compile = CacheStep.Define("compile").Reading(Sources);

    private TestRepository Repository => Registry.Repository("acme/app");

    [Test]
    public async Task A_cache_tells_what_it_has_and_what_a_build_would_find()
    {
        await new TestCache().Step(Sources, ("a.c", "int a;")).Step(Compile, ("a.o", "object")).WriteToAsync(Repository);

        var seen = await CacheProbe.ReadAsync(Repository);

        var other = CacheStep.Define("compile").With("flags", "-g").Reading(Sources);
        Assert.That(seen.HasRecord(Compile), seen.ToString());
        Assert.That(seen.WouldHit(Compile), seen.Explain(Compile).ToString());
        Assert.That(seen.HasRecord(other), Is.False);
        Assert.That(seen.WouldHit(other), Is.False);
        Assert.That(seen.Explain(other).Outcome, Is.EqualTo(CacheLookUpOutcome.UnknownOperation));
        Assert.That(Registry.Requests, Is.Empty);
    }

    [Test]
    public async Task A_step_is_found_by_the_content_of_what_it_reads()
    {
        // Another commit with the same content: only what a build looks up first leads to the step.
        var later = CacheStep.Define("sources").With("commit", "2");
        var compile = CacheStep.Define("compile").Reading(later);
        await new TestCache().Step(Sources, ("a.c", "int a;")).Step(later, ("a.c", "int a;")).Step(Compile, ("a.o", "object")).WriteToAsync(Repository);

        var seen = await CacheProbe.ReadAsync(Repository);

        Assert.That(seen.Explain(compile).Outcome, Is.EqualTo(CacheLookUpOutcome.FoundByContent), seen.Explain(compile).ToString());
        Assert.That(seen.WouldHit(compile));
    }

    [Test]
    public async Task A_long_chain_of_steps_needs_no_deep_stack()
    {
        var last = Sources;
        for (var i = 0; i < 20_000; i++)
            last = CacheStep.Define("next").With("number", i).Reading(last);

        Assert.That((await CacheProbe.ReadAsync(Repository)).WouldHit(last), Is.False);
    }

    [Test]
    public async Task The_text_has_the_place_and_a_line_for_each_record()
    {
        await new TestCache().Step(Sources, ("a.c", "int a;")).WriteToAsync(Repository, "v1");

        var seen = await CacheProbe.ReadAsync(Repository, "v1");
        var absent = await CacheProbe.ReadAsync(Repository, "v2");

        Assert.That(seen.ToString(), Does.Contain($"record {Sources.RecordDigest}: 0 inputs, a result of 2026-01-01T00:00:00Z with 1 layers"));
        Assert.That(absent.Graph.IsEmpty);
        Assert.That(absent.ToString(), Does.Contain("registry.test/cache"));
    }

    [Test]
    public async Task A_cache_is_read_through_a_cache_of_ones_own()
    {
        var folder = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        try
        {
            await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
            await new TestCache().Step(Sources, ("a.c", "int a;")).WriteToAsync(cache, $"type=local,dest={folder}/cache");

            Assert.That((await CacheProbe.ReadAsync(cache, $"type=local,src={folder}/cache")).WouldHit(Sources));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_cache_that_cannot_be_read_is_an_error()
    {
        await new TestCache().Step(Sources).WriteToAsync(Repository);
        foreach (var digest in Repository.Blobs.Keys)
            Repository.RemoveBlob(digest);

        Assert.That(() => CacheProbe.ReadAsync(Repository), Throws.InstanceOf<RegistryCacheException>());
    }
}

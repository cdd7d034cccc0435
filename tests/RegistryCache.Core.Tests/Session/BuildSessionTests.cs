using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

internal sealed class BuildSessionTests
{
    [Test]
    public async Task What_one_build_recorded_the_next_one_restores()
    {
        await using var bench = new SessionBench();
        var a = Compile("a");
        await bench.BuildAsync(Main, (a, "A"), (Link(a), "linked A"));

        await using var session = await bench.OpenAsync("main");

        Assert.That(await bench.RestoreAsync((await session.FindAsync(Link(Compile("a"))))!), Is.EqualTo("linked A"));
        Assert.That(await bench.RestoreAsync((await session.FindAsync(Compile("a")))!), Is.EqualTo("A"));
        Assert.That(await session.FindAsync(Compile("b")), Is.Null);
        Assert.That(await session.FindAsync(Compile("a", "-O3")), Is.Null);
        Assert.That(await session.FindAsync(Link(Compile("b"))), Is.Null);
    }

    [Test]
    public async Task The_last_step_is_found_from_the_top_without_looking_at_the_steps_before()
    {
        await using var bench = new SessionBench();
        var a = Compile("a");
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/app:main,mode=min", (a, "A"), (Link(a), "linked A"));

        await using var session = await bench.OpenAsync("main");

        Assert.That(await session.FindAsync(Link(Compile("a"))), Is.Not.Null);
        Assert.That(await session.FindAsync(Compile("a")), Is.Null, "mode=min keeps the key and drops the result");
        Assert.That(session.Explain(Compile("a")).Outcome, Is.EqualTo(CacheLookUpOutcome.NoResult));
    }

    [Test]
    public async Task A_changed_step_that_gives_the_same_bytes_cuts_off_what_follows()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "same"), (Link(Compile("a")), "linked"));
        await using var session = await bench.OpenAsync("main");
        var changed = Compile("a with a comment");

        Assert.That(await session.FindAsync(Link(changed)), Is.Null, "not before it is known what the changed step gives");
        await session.RecordAsync(changed, Output("same"));
        var hit = await session.FindAsync(Link(changed));

        Assert.That(hit, Is.Not.Null);
        Assert.That(hit.IsByContent);
        Assert.That(await bench.RestoreAsync(hit), Is.EqualTo("linked"));
    }

    [Test]
    public async Task After_a_cut_off_the_next_build_finds_everything_by_definition()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "same"), (Link(Compile("a")), "linked"));
        await using (var session = await bench.OpenAsync("main"))
        {
            await session.RecordAsync(Compile("b"), Output("same"));
            await session.FindAsync(Link(Compile("b")));
            await session.ExportAsync(Main);
        }

        await using var next = await bench.OpenAsync("main");
        var hit = await next.FindAsync(Link(Compile("b")));

        Assert.That(hit, Is.Not.Null);
        Assert.That(hit.IsByContent, Is.False);
        Assert.That(await next.FindAsync(Link(Compile("a"))), Is.Not.Null, "the old way leads there as well");
    }

    [Test]
    public async Task A_cut_off_goes_on_through_steps_that_nobody_looked_up()
    {
        await using var bench = new SessionBench();
        var last = CacheStep.Define("acme.test.v1").Reading(Link(Compile("a")));
        await bench.BuildAsync(Main, (Compile("a"), "same"), (Link(Compile("a")), "linked"), (last, "tested"));
        await using var session = await bench.OpenAsync("main");
        await session.RecordAsync(Compile("b"), Output("same"));

        var hit = await session.FindAsync(CacheStep.Define("acme.test.v1").Reading(Link(Compile("b"))));

        Assert.That(hit?.IsByContent, Is.True);
    }

    [Test]
    public async Task A_part_of_an_input_is_not_taken_for_the_whole()
    {
        await using var bench = new SessionBench();
        var pack = CacheStep.Define("acme.pack.v1");
        await bench.BuildAsync(Main, (Compile("a"), "same"), (pack.Reading(Compile("a"), "bin"), "packed bin"));
        await using var session = await bench.OpenAsync("main");
        await session.RecordAsync(Compile("b"), Output("same"));

        Assert.That(await session.FindAsync(pack.Reading(Compile("a"), "bin")), Is.Not.Null);
        Assert.That(await session.FindAsync(pack.Reading(Compile("a"), "lib")), Is.Null);
        Assert.That(await session.FindAsync(pack.Reading(Compile("a"))), Is.Null);
        Assert.That(await session.FindAsync(pack.Reading(Compile("b"), "bin")), Is.Null, "equal wholes have no key for their parts");
    }

    [Test]
    public async Task A_part_whose_digest_the_caller_knows_is_found_by_content()
    {
        await using var bench = new SessionBench();
        CacheStep Pack(string sources) => CacheStep.Define("acme.pack.v1").Reading(CacheInput.Of(Compile(sources), "bin").WithContentDigest(Sources("the bin")));
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Pack("a"), "packed"));
        await using var session = await bench.OpenAsync("main");
        await session.RecordAsync(Compile("b"), Output("B"));

        Assert.That((await session.FindAsync(Pack("b")))?.IsByContent, Is.True);
    }

    [Test]
    public async Task The_first_source_wins_whatever_the_dates()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main.Replace(":main", ":old", StringComparison.Ordinal), (Compile("a"), "old"));
        await bench.BuildAsync(Main.Replace(":main", ":new", StringComparison.Ordinal), (Compile("a"), "new"));

        foreach (string[] order in (string[][])[["old", "new"], ["new", "old"]])
        {
            await using var session = await bench.OpenAsync(order);
            Assert.That(await bench.RestoreAsync((await session.FindAsync(Compile("a")))!), Is.EqualTo(order[0]));
        }
    }

    [Test]
    public async Task A_path_is_put_together_from_several_sources()
    {
        await using var bench = new SessionBench();
        var end = CacheStep.Define("acme.sign.v1").Reading(Link(Compile("b")));
        await bench.BuildAsync(Main.Replace(":main", ":first", StringComparison.Ordinal), (Compile("a"), "same"), (Link(Compile("a")), "linked"));
        await bench.BuildAsync(Main.Replace(":main", ":second", StringComparison.Ordinal), (Link(Compile("b")), "linked"), (end, "signed"));

        await using var session = await bench.OpenAsync("first", "second", "missing");

        Assert.That(session.Sources.Select(s => s.IsHit), Is.EqualTo(new[] { true, true, false }));
        Assert.That(await session.FindAsync(Link(Compile("a"))), Is.Not.Null);
        var signed = await session.FindAsync(CacheStep.Define("acme.sign.v1").Reading(Link(Compile("a"))));
        Assert.That(signed?.IsByContent, Is.True, "the first source knows the link step, the second one what came after equal bytes");
    }

    [Test]
    public async Task A_step_that_is_never_cached_is_neither_looked_up_nor_offered()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a").NeverCached(), "A"), (Link(Compile("a").NeverCached()), "linked"));
        await using var session = await bench.OpenAsync("main");
        var stamp = Compile("a").NeverCached();

        Assert.That(await session.FindAsync(stamp), Is.Null);
        Assert.That(await session.FindAsync(Link(Compile("a"))), Is.Null, "its key leads nowhere");
        await session.RecordAsync(stamp, Output("A"));
        Assert.That((await session.FindAsync(Link(stamp)))?.IsByContent, Is.True, "but what it holds does");
        Assert.That(session.ToGraph().Records.Select(r => r.Digest), Does.Not.Contain(stamp.RecordDigest));
    }

    [Test]
    public async Task A_recorded_step_is_found_in_its_own_session_and_the_cache_is_left_alone_until_the_export()
    {
        await using var bench = new SessionBench();
        await using var session = await bench.OpenAsync();

        await session.RecordAsync(Compile("a"), Output("A"));

        Assert.That(await bench.RestoreAsync((await session.FindAsync(Compile("a")))!), Is.EqualTo("A"));
        Assert.That(bench.Store.BlobDigests, Is.Empty);
    }

    [Test]
    public async Task A_result_on_top_of_another_shares_its_layers()
    {
        await using var bench = new SessionBench();
        await using (var session = await bench.OpenAsync())
        {
            var below = await session.RecordAsync(Compile("a"), Output("below"));
            LayerSource above = LayerSource.FromEntries([LayerContent.File("more.txt", "more"u8.ToArray())]);
            await session.RecordAsync(Link(Compile("a")), above, below.Chain);
            await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:main,mode=min");
        }

        await using var next = await bench.OpenAsync("main");
        var hit = (await next.FindAsync(Link(Compile("a"))))!;
        await hit.RestoreAsync(bench.Folder["both"]);

        Assert.That(hit.Layers, Has.Count.EqualTo(2));
        Assert.That(Directory.GetFiles(bench.Folder["both"]).Select(Path.GetFileName), Is.EquivalentTo(new List<string> { "more.txt", "out.txt" }));
        Assert.That(hit.ContentDigest, Is.EqualTo(Digest.OfText($"{hit.Layers[0].DiffId} {hit.Layers[1].DiffId}")), "the ChainID of the image specification");
        Assert.That(await next.FindAsync(Compile("a")), Is.Not.Null, "a lower part of the last chain is kept in mode=min");
    }

    [Test]
    public async Task Layers_are_opened_one_after_the_other_as_tars()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        var digests = new List<Digest>();

        await foreach (var tar in (await session.FindAsync(Compile("a")))!.OpenAsync())
        {
            using var copy = new MemoryStream();
            await tar.CopyToAsync(copy);
            digests.Add(Digest.OfBytes(copy.ToArray()));
        }

        Assert.That(digests, Is.EqualTo(new List<Digest> { (await session.FindAsync(Compile("a")))!.ContentDigest!.Value }));
    }

    [Test]
    public async Task An_export_holds_this_build_and_nothing_of_others()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Link(Compile("a")), "linked A"), (Compile("unrelated"), "U"));
        await using var session = await bench.OpenAsync("main");
        await session.FindAsync(Link(Compile("a")));

        var graph = session.ToGraph();

        var digests = graph.Records.Select(r => r.Digest).ToList();
        Assert.That(digests, Does.Contain(CacheRecord.DigestOfContent(Sources("a")).ToString()));
        Assert.That(digests, Does.Not.Contain(CacheRecord.DigestOfContent(Sources("unrelated")).ToString()));
        Assert.That(graph.Records.Count(r => r.NewestResult is not null), Is.EqualTo(2), "found steps keep the results of their ancestry");
    }

    [Test]
    public async Task A_step_that_nobody_could_find_again_is_left_out_with_a_warning()
    {
        await using var bench = new SessionBench();
        await using var session = await bench.OpenAsync();
        var lost = CacheStep.Define("acme.pack.v1").Reading(Compile("a").NeverCached(), "bin");
        await session.RecordAsync(lost, Output("lost"));
        await session.RecordAsync(Compile("b"), Output("B"));

        var report = await session.ExportAsync(Main);

        Assert.That(report.Warnings, Has.One.Contains("acme.pack.v1"));
        Assert.That(session.ToGraph().Records.Select(r => r.Digest), Does.Not.Contain(lost.RecordDigest));
    }

    [Test]
    public async Task A_parallel_build_can_share_one_session()
    {
        await using var bench = new SessionBench();
        var steps = Enumerable.Range(0, 60).Select(i => Compile($"file {i}")).ToArray();
        await using (var session = await bench.OpenAsync())
        {
            await Parallel.ForEachAsync(steps, async (step, ct) =>
            {
                Assert.That(await session.FindAsync(step, ct), Is.Null);
                await session.RecordAsync(step, Output(step.RecordDigest + step.Inputs[0]), ct);
            });
            await session.RecordAsync(Link(steps), Output("all"));
            await session.ExportAsync(Main);
        }

        await using var next = await bench.OpenAsync("main");
        await Parallel.ForEachAsync(steps, async (step, ct) =>
        {
            var restored = await next.RestoreOrRunAsync(step, bench.Folder[Guid.NewGuid().ToString("N")], _ => throw new InvalidOperationException("must not run"), ct);
            Assert.That(restored.WasRestored);
        });
        Assert.That(await next.FindAsync(Link(steps)), Is.Not.Null);
    }

    [Test]
    public async Task Restore_or_run_runs_once_and_then_restores()
    {
        await using var bench = new SessionBench();
        var runs = 0;
        async Task Run(string directory)
        {
            runs++;
            Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(Path.Combine(directory, "out.txt"), "made");
        }

        foreach (var name in (string[])["cold", "warm"])
        {
            await using var session = await bench.OpenAsync("main");
            var run = await session.RestoreOrRunAsync(Compile("a"), bench.Folder[name], _ => Run(bench.Folder[name]));
            Assert.That(run.WasRestored, Is.EqualTo(name == "warm"));
            Assert.That(await File.ReadAllTextAsync(bench.Folder[name + "/out.txt"]), Is.EqualTo("made"));
            await session.ExportAsync(Main);
        }

        Assert.That(runs, Is.EqualTo(1));
    }

    [Test]
    public async Task A_disposed_session_refuses_work_and_leaves_no_file()
    {
        await using var bench = new SessionBench();
        var session = await bench.OpenAsync();
        await session.RecordAsync(Compile("a"), Output("A"));
        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.That(() => session.FindAsync(Compile("a")), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await session.RecordAsync(Compile("b"), Output("B")), Throws.TypeOf<ObjectDisposedException>());
    }
}
